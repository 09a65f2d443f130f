import { describe, expect, test } from '@jest/globals';
import pino from 'pino';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { createGuard } from '../../../app/platform/auth/guard.js';
import { createApp } from '../../../app/platform/http/app.js';
import { createDynamoStore } from '../../../app/api/pizzas/store.js';
import { openTarget } from '../../harness/http-target.js';

const target = openTarget();

describe('a rule is checked when its route is registered', () => {
  test.each<[string, unknown]>([
    ['an empty list', []],
    ['nothing', undefined],
    ['null', null],
    ['everybody', 'everybody'],
    ['a rule without its list', { pool: 'customers' }],
    ['a rule without a pool', [{ groups: ['chefs'] }]],
    ['an empty name of a pool', [{ pool: '' }]],
    ['a misspelt member, which would open the target wide', [{ pool: 'staff', group: ['chefs'] }]],
    ['no groups', [{ pool: 'staff', groups: [] }]],
    ['a group that is no list', [{ pool: 'staff', groups: 'chefs' }]],
    ['an empty group', [{ pool: 'staff', groups: [''] }]],
    ['no scopes', [{ pool: 'staff', scopes: [] }]],
    ['two scopes in one', [{ pool: 'staff', scopes: ['a b'] }]],
    ['a scope that ends the quotes of a challenge', [{ pool: 'staff', scopes: ['a", error="x'] }]],
    ['a scope with a backslash', [{ pool: 'staff', scopes: ['a\\'] }]],
    ['a bad rule after a good one', [{ pool: 'customers' }, { pool: 'staff', scopes: [1] }]],
  ])('%s', (_name, allow) => {
    expect(() => createGuard({ pools: target.api.trusted })(allow as Allow)).toThrow(/rule|allow/);
  });

  test('pools that share a name or an issuer are no pools', () => {
    const [customers, staff] = target.api.trusted;
    if (!customers || !staff) throw new Error('two pools are configured');
    expect(() => createGuard({ pools: [customers, customers] })).toThrow('name and issuer');
    const namesake = { ...staff, pool: { ...staff.pool, name: 'customers' } };
    expect(() => createGuard({ pools: [customers, namesake] })).toThrow('name and issuer');
  });
});

test('an API with one of the pools starts, and warns of each route that nobody can call', () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  const guard = createGuard({ pools: target.api.trusted.filter(({ pool }) => pool.name === 'customers'), log });
  createApp({ guard, log, pizzas: createDynamoStore({ table: 'never asked', log }) });
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      level: 40,
      pools: ['customers'],
      allow: expect.arrayContaining([{ pool: 'staff', groups: ['chefs'] }]),
    }),
  ]);
});

test('what a guard lets through is frozen, and carries nothing but what was verified', async () => {
  const guard = createGuard({ pools: target.api.trusted });
  const token = target.api.customers.accessToken({ admin: true, 'cognito:groups': ['chefs'] });
  const request = { headers: { authorization: `Bearer ${token}` }, rawHeaders: [] } as unknown as Parameters<
    ReturnType<typeof guard>
  >[0];
  await guard([{ pool: 'customers' }])(request, {} as never, () => undefined);
  expect(Object.keys(request).sort()).toEqual(['caller', 'headers', 'rawHeaders']);
  expect(Object.keys(request.caller ?? {})).toEqual([
    'pool',
    'subject',
    'username',
    'clientId',
    'groups',
    'scopes',
    'tokenUse',
    'expiresAt',
  ]);
  expect([request.caller, request.caller?.groups, request.caller?.scopes].every(Object.isFrozen)).toBe(true);
});

test('a remembered token is checked against the rules of each route anew', async () => {
  const token = target.api.staff.accessToken();
  const [welcome, me] = [await target.get(token, '/'), await target.get(token, '/me')];
  expect([welcome.status, me.status, (await target.get(token, '/')).status]).toEqual([403, 200, 403]);
});

test('a hundred unexpectedConnections and a hundred callers at once are never mixed up', async () => {
  const { customers } = target.api;
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const token =
        at % 2 === 0
          ? customers.accessToken({ username: `user-${at}` })
          : customers.accessToken({ username: `user-${at}`, exp: 1 });
      const { status, body } = await target.get(token, '/me');
      return at % 2 === 0
        ? status === 200 && (JSON.parse(body) as { username: string }).username === `user-${at}`
        : status === 401;
    }),
  );
  expect(answers).not.toContain(false);
});
