import { printableLine } from '../../terminal/printable.js';
import type { AccessReport } from '../access-report.js';
import { changeLines } from './compare.js';
import { figuresText, summarize, timeText } from './summary.js';

/** GitHub takes 1 MiB for a job's summary, and 65,536 characters for a comment. */
const MAX_LISTED = 50;

/** `access.md`: a report's counts, what is wrong and what changed, for a pull request. Whatever is from outside is a code span. */
export function markdownOf(report: AccessReport): string {
  const summary = summarize(report);
  const { product, package: called, finishedAt, apiUrl, findings, changes } = report;
  const problems = [
    ...findings.map(({ code, route, message }) => codeSpans(code, route, message)),
    ...summary.wrong.map(({ route, cell }) => `${codeSpans(route.route)} as ${codeSpans(cell.caller, cell.note)}`),
  ];
  const sections = [
    `## ${summary.isGood ? '✅' : '❌'} Access: ${summary.verdict}`,
    `${codeSpans(product, called.version, called.sha256)} at ${codeSpans(apiUrl, timeText(finishedAt))}. ${figuresText(report, summary)}.`,
    problems.length > 0 && `### What is wrong\n\n${list(problems)}`,
    changes &&
      `### Who may call what, since ${inCode(changes.against.version)}\n\n${list(changeLines(report, inCode))}`,
  ];
  return `${sections.filter((section) => typeof section === 'string').join('\n\n')}\n`;
}

const codeSpans = (...texts: readonly (string | null)[]) =>
  texts.flatMap((text) => (text === null ? [] : [inCode(text)])).join(' ');

function list(lines: readonly string[]) {
  const rest = lines.length - MAX_LISTED;
  const more = rest > 0 ? [`… and ${rest} more in \`access.html\`.`] : [];
  return [...lines.slice(0, MAX_LISTED), ...more].map((line) => `- ${line}`).join('\n');
}

/**
 * The text as a code span, in which GitHub sees no HTML, link, mention or reference to an issue. Its fence is longer than any row of
 * backticks in the text, and spaces keep one at an end apart (https://spec.commonmark.org/0.31.2/#code-spans).
 */
export function inCode(text: string): string {
  const line = printableLine(text) || ' ';
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([row]) => row.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}
