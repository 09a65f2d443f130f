import type { AccessReport, Answer, Cell, CheckName, ReportRoute } from '../access-report.js';

/** A cell and its route. */
export interface RouteCell {
  readonly route: ReportRoute;
  readonly cell: Cell;
}

/** What every form of a report says first. */
export interface Summary {
  /** `3 wrong answers in the matrix, 1 finding beside it` */
  readonly verdict: string;
  readonly isGood: boolean;
  /** Of all exchanges. */
  readonly calls: number;
  readonly asExpected: readonly RouteCell[];
  readonly wrong: readonly RouteCell[];
  readonly skipped: readonly RouteCell[];
}

export function summarize({ routes, findings }: AccessReport): Summary {
  const cells = routes.flatMap((route) => route.cells.map((cell) => ({ route, cell })));
  const select = (result: Cell['result']) => cells.filter(({ cell }) => cell.result === result);
  const wrong = select('wrong');
  const isGood = wrong.length === 0 && findings.length === 0;
  const problems = [
    ...(wrong.length > 0 ? [`${count(wrong.length, 'wrong answer')} in the matrix`] : []),
    ...(findings.length > 0 ? [`${count(findings.length, 'finding')} beside it`] : []),
  ];
  return {
    verdict: isGood ? 'Every caller was answered as expected' : problems.join(', '),
    isGood,
    calls: cells.reduce((calls, { cell }) => calls + cell.exchanges.length, 0),
    asExpected: select('as expected'),
    wrong,
    skipped: select('skipped'),
  };
}

/** `2 routes, 4 callers: 5 as expected, 1 wrong, 2 skipped` */
export function figuresText({ routes, callers }: AccessReport, { asExpected, wrong, skipped }: Summary): string {
  const results = `${asExpected.length} as expected, ${wrong.length} wrong, ${skipped.length} skipped`;
  return `${count(routes.length, 'route')}, ${count(callers.length, 'caller')}: ${results}`;
}

/** `1 route`, `2 routes` */
export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `401 token_missing`, or `no answer` */
export const answerText = (answer: Answer | null) =>
  answer ? [answer.status, answer.code].filter((part) => part !== undefined).join(' ') : 'no answer';

/** `admitted: 200 or 404` */
export const expectedText = ({ admitted, answers }: Cell['expected']) =>
  `${admitted ? 'admitted' : 'refused'}: ${answers.map((answer) => answerText(answer)).join(' or ')}`;

export const CHECK_LABELS: Readonly<Record<CheckName, string>> = { gateway: 'At the gateway', app: 'At the app alone' };

/** `2026-11-26 10:00:00 UTC` */
export const timeText = (time: string) => `${time.slice(0, 19).replace('T', ' ')} UTC`;
