import { describeDuration } from '../terminal/duration.js';
import type { Terminal } from '../terminal/terminal.js';
import type { AccessReport } from './access-report.js';
import { changeLines } from './report/compare.js';
import { summarize } from './report/summary.js';

/** Prints what is wrong, what was skipped and why, what changed, and the figures. */
export function printSummary(report: AccessReport, terminal: Terminal): void {
  const { findings, startedAt, finishedAt } = report;
  const { isGood, wrong, skipped, calls } = summarize(report);
  for (const { route, cell } of wrong) {
    terminal.data({ style: 'red', text: 'WRONG' }, `  ${route.route}  ${cell.caller}\n       ${cell.note}\n`);
  }
  for (const { code, route, message } of findings) {
    terminal.data({ style: 'red', text: 'FAULT' }, `  ${route ?? 'API'}  ${code}\n       ${message}\n`);
  }
  for (const note of new Set(skipped.map(({ cell }) => `${cell.caller}: ${cell.note}`))) terminal.say(`skip   ${note}`);
  const figures = `${report.routes.length} routes, ${report.callers.length} kinds of callers, ${calls} calls`;
  const took = describeDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  const outcome = isGood
    ? 'every answer was as expected'
    : `${wrong.length} answers were wrong, and there are ${findings.length} other faults`;
  const left = skipped.length > 0 ? `; ${skipped.length} cells were skipped` : '';
  for (const line of changeLines(report)) terminal.data(`${line}\n`);
  terminal.data(`${figures} in ${took}: ${outcome}${left}.\n`);
}
