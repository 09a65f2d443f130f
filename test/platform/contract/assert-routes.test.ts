import { expect, test } from '@jest/globals';
import { assertRoutes } from '../../../app/platform/contract/assert-routes.js';
import type { Route } from '../../../app/platform/http/route.js';
import { access } from '../../harness/fixture-api/access.js';
import { routes } from '../../harness/fixture-api/routes.js';

/** Routes that no compiler has checked. */
const unchecked = (...lines: object[]) =>
  lines.map((line) =>
    Object.assign({ method: 'GET', path: '/items', summary: '', handle: () => ({}) }, line),
  ) as unknown as Route[];

test('the routes of the fixture API are accepted', () => {
  expect(() => assertRoutes(routes, access.document)).not.toThrow();
});

test.each([
  ['a pool that access.ts does not declare', [{ allow: [{ pool: 'couriers' }] }], 'no pool couriers is declared'],
  [
    'a pool named as a member of every object',
    [{ allow: [{ pool: 'constructor' }] }],
    'no pool constructor is declared',
  ],
  [
    'a group of no pool',
    [{ allow: [{ pool: 'staff', groups: ['chefs', 'bakers'] }] }],
    'pool staff declares no group bakers',
  ],
  [
    'a group of another pool',
    [{ allow: [{ pool: 'customers', groups: ['chefs'] }] }],
    'customers declares no group chefs',
  ],
  [
    'a scope as a group',
    [{ allow: [{ pool: 'staff', groups: ['fixture-api/items.write'] }] }],
    'pool staff declares no group fixture-api/items.write',
  ],
  ['a group as a scope', [{ allow: [{ pool: 'staff', scopes: ['chefs'] }] }], 'pool staff declares no scope chefs'],
  [
    'a scope without its resource server',
    [{ allow: [{ pool: 'staff', scopes: ['items.write'] }] }],
    'pool staff declares no scope items.write',
  ],
  [
    'the second rule',
    [{ allow: [{ pool: 'customers' }, { pool: 'staff', groups: ['bakers'] }] }],
    'pool staff declares no group bakers',
  ],
  [
    'a claim of another pool',
    [{ allow: [{ pool: 'customers', claims: [{ name: 'level' }] }] }],
    'pool customers declares no claim level',
  ],
  ['a route without allow', [{}], "allow must be 'everyone' or a list of access rules"],
  ['no rules', [{ allow: [] }], "allow must be 'everyone' or a list of access rules"],
  ['a misspelt member', [{ allow: [{ pool: 'staff', group: ['chefs'] }] }], 'An access rule has no member group'],
  ["an owner's rule without a resource", [{ allow: [{ pool: 'customers', ownerOnly: true }] }], 'use resourceRoute'],
  [
    'a revocable route for everyone',
    [{ allow: 'everyone', revocable: true }],
    'it is revocable, but everyone may call it without a token',
  ],
  ...[{ withinSeconds: 0 }, { withinSeconds: 1.5 }, { withinSeconds: 301 }, { withinSeconds: '5' }, {}, 5, false].map(
    (revocable): [string, object[], string] => [
      `revocable: ${JSON.stringify(revocable)}`,
      [{ allow: [{ pool: 'staff' }], revocable }],
      'revocable must be true or { withinSeconds: N }, a whole number from 1 to 300',
    ],
  ),
  ['no handler', [{ allow: 'everyone', handle: undefined }], 'it has no handler'],
  ['the same route twice', [{ allow: 'everyone' }, { allow: 'everyone' }], 'is listed twice'],
])('%s: the error names the route', (_what, lines, message) => {
  const check = () => assertRoutes(unchecked(...lines), access.document);
  expect(check).toThrow(message);
  expect(check).toThrow(/^Route GET \/items\b/);
});

test('paths that differ in the names of their parameters alone are the same route', () => {
  const lines = unchecked({ path: '/items/{id}', allow: 'everyone' }, { path: '/items/{name}', allow: 'everyone' });
  expect(() => assertRoutes(lines, access.document)).toThrow(/^Route GET \/items\/\{name\} is listed twice/);
});

test('another method of a path is another route', () => {
  const lines = unchecked({ allow: 'everyone' }, { method: 'POST', allow: 'everyone' });
  expect(() => assertRoutes(lines, access.document)).not.toThrow();
});
