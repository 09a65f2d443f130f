import type { AccessReport, Cell, CheckName, Exchange } from '../../../app/cli/prove/access-report.js';

const exchange = (check: CheckName, status: number, code?: string): Exchange => ({
  check,
  answer: code === undefined ? { status } : { status, code },
  functionRan: check === 'app' || status < 400,
  request: { method: 'GET', path: '/items', headers: { authorization: 'Bearer (an access token)' }, body: null },
  response: { headers: { 'content-type': 'application/json' }, body: '{"items":[]}' },
  failure: null,
});

/** The same answer at both checks. */
export const bothChecks = (status: number, code?: string) => [
  exchange('gateway', status, code),
  exchange('app', status, code),
];

/** A caller who is admitted, and was. */
export const admitted = (caller: string): Cell => ({
  caller,
  expected: { admitted: true, answers: [{ status: 200 }] },
  exchanges: bothChecks(200),
  result: 'as expected',
  note: null,
});

/** A caller who is refused, and was. */
export const refused = (caller: string): Cell => ({
  caller,
  expected: { admitted: false, answers: [{ status: 401, code: 'token_missing' }] },
  exchanges: bothChecks(401, 'token_missing'),
  result: 'as expected',
  note: null,
});

/** A caller who was to be refused, and whom the app admitted. */
export const wronglyAdmitted = (caller: string): Cell => ({
  ...refused(caller),
  exchanges: [exchange('gateway', 401, 'token_missing'), exchange('app', 200)],
  result: 'wrong',
  note: 'The app answered 200, not 401 token_missing.',
});

export const skipped = (caller: string): Cell => ({
  ...admitted(caller),
  exchanges: [],
  result: 'skipped',
  note: 'The route changes something.',
});

/** A report of two routes and two callers in which all is as expected, changed by `change`. */
export const report = (change: Partial<AccessReport> = {}): AccessReport => ({
  version: 1,
  product: 'fixture-api',
  package: { version: '1.2.3', sha256: 'IPbCeiQ9vJ8Gk3Y0vUcqXc7aG4nL1m2o3p4q5r6s7t8=' },
  startedAt: '2026-11-26T10:00:00.000Z',
  finishedAt: '2026-11-26T10:01:05.000Z',
  apiUrl: 'https://abc123.execute-api.eu-west-1.amazonaws.com',
  checks: ['gateway', 'app'],
  readOnly: false,
  callers: [
    { name: 'nobody', description: 'No Authorization header.' },
    { name: 'customers', description: 'An access token of a person of pool customers.' },
  ],
  routes: [
    { route: 'GET /health', allow: 'everyone', cells: [admitted('nobody'), admitted('customers')] },
    { route: 'GET /items', allow: 'customers', cells: [refused('nobody'), admitted('customers')] },
  ],
  findings: [],
  ...change,
});

/** A report of many routes and callers, two of them wrong and one found to be wrong beside the matrix. */
export function largeReport(routes: number, callers: number): AccessReport {
  const names = Array.from({ length: callers }, (_, index) => `customers in group ${index}, other client`);
  const cellOf = (row: number, caller: string, column: number) => {
    if (column === 3 && (row === 7 || row === 70)) return wronglyAdmitted(caller);
    if (row % 10 === 9) return skipped(caller);
    return column % 3 === 2 ? admitted(caller) : refused(caller);
  };
  return report({
    callers: names.map((name) => ({ name, description: `An access token of ${name}.` })),
    routes: Array.from({ length: routes }, (_, row) => ({
      route: `GET /resources/{resourceId}/items-of-it/${row}`,
      allow: 'customers; staff in group chefs, or with scope fixture-api/items.write',
      cells: names.map((caller, column) => cellOf(row, caller, column)),
    })),
    findings: [
      {
        code: 'authorizer_missing',
        route: 'GET /resources/{resourceId}/items-of-it/12',
        message: 'The gateway has no authorizer on this route.',
      },
    ],
  });
}
