import { describe, expect, test } from '@jest/globals';
import type { AccessReport, Cell } from '../../../app/cli/prove/access-report.js';
import { changeLines, compareReports } from '../../../app/cli/prove/report/compare.js';
import { admitted, bothChecks, refused, report, skipped, wronglyAdmitted } from './sample-report.js';

/** The sample report with these cells of `GET /items`. */
const withItems = (...cells: Cell[]) =>
  report({ routes: [...report().routes.slice(0, 1), { route: 'GET /items', allow: 'customers', cells }] });

const linesOf = (old: AccessReport, now: AccessReport) => changeLines({ ...now, changes: compareReports(old, now) });

test('the same report is no change', () => {
  const { admitted, refused, routesAdded, routesRemoved, callersAdded, callersRemoved } = compareReports(
    report(),
    report(),
  );
  expect([admitted, refused, routesAdded, routesRemoved, callersAdded, callersRemoved].flat()).toEqual([]);
  expect(linesOf(report(), report())).toEqual(['Nothing changed in who may call what.']);
});

test('the older report is named', () => {
  expect(compareReports(report(), report()).against).toEqual({
    version: '1.2.3',
    sha256: 'IPbCeiQ9vJ8Gk3Y0vUcqXc7aG4nL1m2o3p4q5r6s7t8=',
    finishedAt: '2026-11-26T10:01:05.000Z',
  });
});

test('a caller whom a route began to admit, and one whom it began to refuse', () => {
  const now = withItems(admitted('nobody'), refused('customers'));
  expect(compareReports(report(), now)).toMatchObject({
    admitted: [{ route: 'GET /items', caller: 'nobody' }],
    refused: [{ route: 'GET /items', caller: 'customers' }],
  });
  expect(linesOf(report(), now)).toEqual([
    'GET /items, for customers, now admits nobody.',
    'GET /items, for customers, now refuses customers.',
  ]);
});

test('routes and callers that are new, and that are gone', () => {
  const [health, items] = report().routes;
  const callers = report().callers.map(({ name, description }) => ({
    name: name === 'nobody' ? 'expired' : name,
    description,
  }));
  const now = report({
    callers,
    routes: [{ ...items, route: 'POST /items', allow: 'staff', cells: [refused('expired')] }],
  });
  expect([health?.route, items?.route]).toEqual(['GET /health', 'GET /items']);
  expect(linesOf(report(), now)).toEqual([
    'New route POST /items, for staff.',
    'Route GET /health is gone.',
    'Route GET /items is gone.',
    'New callers: expired.',
    'Callers that are gone: nobody.',
  ]);
});

test('a caller who is made in another way is compared with nobody', () => {
  const callers = [...report().callers.slice(0, 1), { name: 'customers', description: 'A person in a group.' }];
  const now = { ...withItems(refused('nobody'), refused('customers')), callers };
  expect(linesOf(report(), now)).toEqual(['New callers: customers.', 'Callers that are gone: customers.']);
});

test('of many callers that a route admits, eight are named', () => {
  const names = Array.from({ length: 10 }, (_, index) => `${index}`);
  const withAll = (cellOf: (caller: string) => Cell) =>
    report({
      routes: [{ route: 'GET /items', allow: 'everyone', cells: names.map((name) => cellOf(name)) }],
      callers: names.map((name) => ({ name, description: '' })),
    });
  expect(linesOf(withAll(refused), withAll(admitted))).toEqual([
    'GET /items, for everyone, now admits 0; 1; 2; 3; 4; 5; 6; 7 and 2 more.',
  ]);
});

describe('a wrong cell counts as its answers show', () => {
  const answered = (status: number): Cell => ({ ...wronglyAdmitted('nobody'), exchanges: bothChecks(status) });

  test.each([200, 201, 409, 412, 422, 428])('%d: admitted', (status) => {
    expect(linesOf(report(), withItems(answered(status), admitted('customers')))).toEqual([
      'GET /items, for customers, now admits nobody.',
    ]);
  });

  test.each([400, 401, 403, 404, 429, 500, 503])('%d: refused', (status) => {
    expect(linesOf(report(), withItems(answered(status), admitted('customers')))).toEqual([
      'Nothing changed in who may call what.',
    ]);
  });

  test('no answer: refused', () => {
    const unanswered = (caller: string): Cell => ({ ...answered(200), caller, exchanges: [] });
    expect(linesOf(report(), withItems(refused('nobody'), unanswered('customers')))).toEqual([
      'GET /items, for customers, now refuses customers.',
    ]);
  });
});

test('a cell that was skipped counts as the line of its route says', () => {
  expect(linesOf(report(), withItems(refused('nobody'), skipped('customers')))).toEqual([
    'Nothing changed in who may call what.',
  ]);
});
