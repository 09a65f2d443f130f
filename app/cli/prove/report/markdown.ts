import { printableLine } from '../../terminal/printable.js';
import type { AccessReport } from '../access-report.js';
import { changeLines } from './compare.js';
import { answerText, count, summarize, timeText, type RouteCell } from './summary.js';

/** GitHub takes 1 MiB for a job's summary, and 65,536 characters for a comment. */
const MAX_LISTED = 50;

/** `access.md`: a report's counts, what is wrong and what changed, for a pull request. Whatever is from outside is a code span. */
export function markdownOf(report: AccessReport): string {
  const { verdict, isGood, counts, wrong } = summarize(report);
  const {
    product,
    package: { version, sha256 },
    finishedAt,
    apiUrl,
    callers,
    routes,
    findings,
    changes,
  } = report;
  const called = `${count(routes.length, 'route')}, ${count(callers.length, 'caller')}`;
  const problems = [
    ...findings.map(({ code, route, message }) =>
      [code, route, message]
        .filter((part) => part !== null)
        .map(inCode)
        .join(' '),
    ),
    ...wrong.map(wrongLine),
  ];
  const sections = [
    `## ${isGood ? '✅' : '❌'} Access: ${verdict}`,
    `${inCode(product)} ${inCode(version)} at ${inCode(apiUrl)}, ${inCode(timeText(finishedAt))}. ${called}: ${counts['as expected']} as expected, ` +
      `${counts.wrong} wrong, ${counts.skipped} skipped.${sha256 === null ? '' : ` Package ${inCode(sha256)}.`}`,
    problems.length > 0 && `### What is wrong\n\n${list(problems)}`,
    changes &&
      `### Who may call what, since ${inCode(changes.against.version)}\n\n${list(changeLines(report, inCode))}`,
  ];
  return `${sections.filter((section) => typeof section === 'string').join('\n\n')}\n`;
}

function wrongLine({ route, cell: { caller, expected, exchanges, note } }: RouteCell) {
  const answers = exchanges.map(({ check, answer }) => `${check} ${inCode(answerText(answer))}`);
  const wanted = expected.answers.map((answer) => inCode(answerText(answer))).join(' or ');
  const said = note === null ? '' : ` ${inCode(note)}`;
  return `${inCode(route.route)} as ${inCode(caller)}: expected ${wanted}, got ${answers.join(', ')}.${said}`;
}

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
