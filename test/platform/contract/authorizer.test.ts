import { expect, test } from '@jest/globals';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { authorizerDocument } from '../../../app/platform/contract/authorizer.js';
import { access, customers, staff } from '../../harness/fixture-api/access.js';

const routes = (allow: Allow) => [{ method: 'POST', path: '/items/{id}', allow }] as const;

test.each<[string, number | null, Allow]>([
  ['one pool without machines', null, [customers]],
  ["what is the caller's own, of such a pool: whose it is no authorizer knows", null, [customers.owner()]],
  ['a scope', null, [staff.scope('items.write')]],
  ['one pool with a machine, which a JWT authorizer admits as well', 300, [staff]],
  ['a pool or a scope of its machines', 300, [staff, staff.scope('items.write')]],
  ['a group', 300, [staff.group('chefs')]],
  ['a group or a scope', 300, [staff.group('chefs'), staff.scope('items.write')]],
  ['a claim', 300, [customers.claim('tenant')]],
  ["a claim and what is the caller's own", 300, [customers.claim('tenant').owner()]],
  ['two pools', 300, [customers, staff]],
  ['its owner or another pool', 300, [customers.owner(), staff.group('chefs')]],
  ['scopes or an owner of two pools', 300, [customers.owner(), staff.scope('items.write')]],
])('%s: seconds to live %j', (_what, ttlSeconds, allow) => {
  const document = authorizerDocument(routes(allow), access.document);
  expect(document.routes).toEqual([{ routeKey: 'POST /items/{id}', allow, ttlSeconds }]);
});

test('an answer for a revocable route is kept no longer than the delay that it accepts', () => {
  const [route] = routes([staff.group('chefs')]);
  const ttlOf = (line: object) => authorizerDocument([{ ...route, ...line }], access.document).routes[0]?.ttlSeconds;
  expect(ttlOf({ revocable: true })).toBe(5);
  expect(ttlOf({ revocable: { withinSeconds: 60 } })).toBe(60);
  expect(ttlOf({ revocable: true, allow: [customers] })).toBeNull();
});

test('a route that everyone may call has no authorizer', () => {
  expect(authorizerDocument(routes('everyone'), access.document).routes).toEqual([]);
});

test('the claims of the pools are there, and nothing else of them', () => {
  const { pools } = authorizerDocument([], access.document);
  const declared = Object.entries(access.document).map(([name, { claims }]) => [name, { claims }]);
  expect(Object.entries(pools)).toEqual(declared);
});
