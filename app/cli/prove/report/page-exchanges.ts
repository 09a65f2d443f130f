import { html, type Html } from '../../../platform/http/html.js';
import type { AccessReport, Cell, Exchange, ReportRoute } from '../access-report.js';
import { exchangesId } from './page-matrix.js';
import { answerText, CHECK_LABELS, expectedText } from './summary.js';

/** An API's own OpenAPI document, for each caller, would be most of the page. */
const MAX_BODY_CHARS = 2000;

/** What the cells open: popovers, which need no script and stay out of the layout until they are shown. */
export const exchanges = ({ routes }: AccessReport): Html[] =>
  routes.flatMap((route, row) => route.cells.map((cell, column) => popover(route, cell, exchangesId(row, column))));

function popover({ route, allow }: ReportRoute, cell: Cell, id: string) {
  return html`<section popover id="${id}" aria-labelledby="${id}-head">
    <button type="button" class="close" popovertarget="${id}" popovertargetaction="hide">Close</button>
    <h2 id="${id}-head"><code>${route}</code> as ${cell.caller}</h2>
    ${cell.note === null ? undefined : html`<p class="verdict ${cell.result === 'wrong' ? 'bad' : ''}">${cell.note}</p>`}
    <p>For ${allow}. Expected: ${expectedText(cell.expected)}.</p>
    ${cell.exchanges.map(exchangeOf)}
  </section> `;
}

function exchangeOf({ check, answer, functionRan, request, response, failure }: Exchange) {
  const ran = functionRan === null ? '' : `; the function ${functionRan ? 'ran' : "didn't run"}`;
  return html`<h3>${CHECK_LABELS[check]}: ${answerText(answer)}${ran}</h3>
    ${failure === null ? undefined : html`<p>${failure}</p>`}
    <pre>${message(`${request.method} ${request.path}`, request.headers, request.body)}</pre>
    ${response === null ? undefined : html`<pre>${message(answerText(answer), response.headers, response.body)}</pre>`}`;
}

function message(start: string, headers: Readonly<Record<string, string>>, body: string | null) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, ...(body ? ['', shortened(body)] : [])].join('\n');
}

function shortened(body: string) {
  const rest = body.length - MAX_BODY_CHARS;
  return rest > 0 ? `${body.slice(0, MAX_BODY_CHARS)}… and ${rest} more characters in access.json` : body;
}
