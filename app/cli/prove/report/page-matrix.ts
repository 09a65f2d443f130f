import { Html, html } from '../../../platform/http/html.js';
import type { AccessReport, Cell, ReportRoute } from '../access-report.js';
import type { Summary } from './summary.js';

/** The id of what a cell opens: places in the report, since names may hold anything. */
export const exchangesId = (row: number, column: number) => `exchanges-${row}-${column}`;

/** Attributes of a button that opens a cell's exchanges. */
export const opens = (row = 0, column = 0) => new Html(`popovertarget="${exchangesId(row, column)}"`);

/** The table of routes and callers, with a filter if something is wrong; it scrolls, and its heads stay. */
export function matrix({ callers, routes, findings }: AccessReport, { isGood }: Summary): Html {
  const found = new Set(findings.map(({ route }) => route));
  return html`<p class="legend">
      <span><span class="cell admitted">200</span>admitted, as expected, even where 404 or 422 follows</span>
      <span><span class="cell refused">401</span>refused, as expected</span>
      <span><span class="cell wrong">✗ 200</span>wrong</span>
      <span><span class="cell skipped">–</span>not called</span>
    </p>
    ${isGood ? undefined : html`<input type="checkbox" id="only-wrong" /><label for="only-wrong">Only routes with something wrong</label>`}
    <div class="matrix" tabindex="0" role="region" aria-label="Routes and callers">
      <table>
        <thead>
          <tr>
            <th scope="col">Route</th>
            ${callers.map(({ name, description }) => html`<th scope="col" title="${description}"><span>${name}</span></th> `)}
          </tr>
        </thead>
        <tbody>
          ${routes.map((route, row) => matrixRow(route, row, found.has(route.route)))}
        </tbody>
      </table>
    </div>`;
}

function matrixRow({ route, allow, cells }: ReportRoute, row: number, hasFinding: boolean) {
  const hasWrong = hasFinding || cells.some(({ result }) => result === 'wrong');
  return html`<tr class="${hasWrong ? 'has-wrong' : ''}">
    <th scope="row"><span class="route">${route}</span> <span class="allow">${allow}</span></th>
    ${cells.map((cell, column) => html`<td><button type="button" class="cell ${cellClass(cell)}" aria-label="${label(route, cell)}" ${opens(row, column)}>${breakable(cellText(cell))}</button></td>`)}
  </tr> `;
}

function cellClass({ result, expected }: Cell) {
  if (result !== 'as expected') return result;
  return expected.admitted ? 'admitted' : 'refused';
}

function cellText({ result, exchanges }: Cell) {
  if (result === 'skipped') return '–';
  const statuses = [...new Set(exchanges.map(({ answer }) => String(answer?.status ?? 'none')))].join('/');
  return result === 'wrong' ? `✗ ${statuses}` : statuses;
}

/** With a line break allowed between statuses, so that one cell doesn't widen its column. */
const breakable = (text: string) =>
  text.split('/').map((status, index) => html`${index > 0 ? new Html('/<wbr>') : undefined}${status}`);

function label(route: string, cell: Cell) {
  const outcome = cell.result === 'as expected' ? `${cellClass(cell)}, as expected` : cell.result;
  return `${route} as ${cell.caller}: ${cellText(cell)}, ${outcome}`;
}
