import { expect, test } from '@jest/globals';
import { gatewayDocument } from '../../../app/platform/contract/gateway.js';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { customers, staff } from '../../harness/fixture-api/access.js';

const scope = 'fixture-api/items.write';

test.each<[string, Allow, string | null, string[]]>([
  ['everyone: no authorizer', 'everyone', null, []],
  ['one pool: its authorizer', [customers], 'customers', []],
  ['a group: the authorizer of its pool', [staff.group('chefs')], 'staff', []],
  ["what is the caller's own: the authorizer of its pool", [customers.owner()], 'customers', []],
  ['a scope: the authorizer asks for it', [staff.scope('items.write')], 'staff', [scope]],
  ['a scope twice: once', [staff.scope('items.write'), staff.scope('items.write')], 'staff', [scope]],
  [
    'a scope or a group: the authorizer asks for no scope',
    [staff.group('chefs'), staff.scope('items.write')],
    'staff',
    [],
  ],
  ['several rules of one pool: its authorizer', [customers, customers.owner()], 'customers', []],
  ['two pools: no authorizer has both', [customers, staff], null, []],
  ['two pools, one by scope: no authorizer has both', [customers.owner(), staff.scope('items.write')], null, []],
])('%s', (_what, allow, pool, scopes) => {
  expect(gatewayDocument([{ method: 'POST', path: '/items/{id}', allow }])).toEqual({
    routes: [{ routeKey: 'POST /items/{id}', pool, scopes }],
  });
});

test.each<[string, Allow, string | null, string[]]>([
  ['one pool: its authorizer', [customers.claim('tenant').owner()], 'customers', ['tenant']],
  ['two pools: no authorizer', [customers.claim('tenant'), staff.claim('level', 'senior')], null, ['tenant', 'level']],
])('a claim is listed, since the app alone checks it; %s', (_what, allow, pool, claims) => {
  expect(gatewayDocument([{ method: 'GET', path: '/items', allow }])).toEqual({
    routes: [{ routeKey: 'GET /items', pool, scopes: [], claims }],
  });
});
