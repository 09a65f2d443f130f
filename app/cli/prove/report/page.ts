import { createHash } from 'node:crypto';
import { Html, html } from '../../../platform/http/html.js';
import { printable } from '../../terminal/printable.js';
import type { AccessReport } from '../access-report.js';
import { exchanges } from './page-exchanges.js';
import { matrix, opens } from './page-matrix.js';
import { PAGE_STYLE } from './page-style.js';
import { changeLines } from './compare.js';
import { count, figuresText, summarize, timeText, type Summary } from './summary.js';

const STYLE_ELEMENT = new Html(`<style>${PAGE_STYLE}</style>`);
/** For a page without a server: nothing is loaded, no script runs, and of styles only its own. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** `access.html`: a report as one file that needs no network and no script. */
export function pageOf(report: AccessReport): string {
  const summary = summarize(report);
  const title = `Access to ${report.product} ${report.package.version}`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="content-security-policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <h1>${title}</h1>
        <p class="verdict ${summary.isGood ? 'good' : 'bad'}">${summary.isGood ? '✓' : '✗'} ${summary.verdict}</p>
        ${problems(report, summary)} ${changes(report)}
        <h2>The run</h2>
        ${facts(report, summary)}
        <h2>Routes and callers</h2>
        ${matrix(report, summary)} ${callers(report)} ${exchanges(report)}
      </body>
    </html> `;
  // A browser obeys characters that reorder text.
  return printable(document.text);
}

function problems({ findings, routes, callers }: AccessReport, { isGood, wrong }: Summary) {
  if (isGood) return undefined;
  const row = new Map(routes.map((route, index) => [route, index]));
  const column = new Map(callers.map(({ name }, index) => [name, index]));
  return html`<h2>What is wrong</h2>
    <ul class="problems" tabindex="0">
      ${findings.map(
        ({ code, route, message }) =>
          html`<li><code>${code}</code> ${route === null ? undefined : html`<code>${route}</code>`} ${message}</li> `,
      )}
      ${wrong.map(
        ({ route, cell }) =>
          html`<li>
            <button type="button" class="link" ${opens(row.get(route), column.get(cell.caller))}>
              <code>${route.route}</code> as ${cell.caller}</button
            >: ${cell.note ?? ''}
          </li> `,
      )}
    </ul>`;
}

function changes(report: AccessReport) {
  if (!report.changes) return undefined;
  const { version, finishedAt } = report.changes.against;
  return html`<h2>Who may call what, since ${version} of ${timeText(finishedAt)}</h2>
    <ul>
      ${changeLines(report).map((line) => html`<li>${line}</li> `)}
    </ul>`;
}

function facts(report: AccessReport, summary: Summary) {
  const { package: called, startedAt, finishedAt, apiUrl, checks, readOnly } = report;
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
  const rows: (readonly [name: string, value: string])[] = [
    ['Calls', figuresText(report, summary)],
    ['Address', apiUrl],
    ['Called at', checks.map((check) => (check === 'gateway' ? 'the gateway' : 'the app alone')).join(' and ')],
    ['Left out', readOnly ? 'routes that change something' : 'nothing'],
    ['Package', called.sha256 === null ? called.version : `${called.version}, SHA-256 ${called.sha256}`],
    ['Time', `${timeText(startedAt)}, for ${count(seconds, 'second')}`],
  ];
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function callers({ callers }: AccessReport) {
  return html`<details>
    <summary>Who the callers are</summary>
    <dl class="callers">
      ${callers.map(
        ({ name, description }) =>
          html`<dt>${name}</dt>
            <dd>${description}</dd>`,
      )}
    </dl>
  </details>`;
}
