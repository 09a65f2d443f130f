import { describe, expect, test } from '@jest/globals';
import type { Request } from 'express';
import pino from 'pino';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { createGuard, type Guard } from '../../../app/platform/auth/guard.js';
import { customers, staff } from '../../harness/fixture-api/access.js';
import { product } from '../../harness/fixture-api/product.js';
import { openTarget } from '../../harness/http-target.js';

const target = openTarget();

/** The caller whom the guard admits, or the `code` and `reason` of the problem. */
async function pass(guard: Guard, allow: Allow, token: string) {
  const request = { headers: { authorization: `Bearer ${token}` }, rawHeaders: [] } as unknown as Request;
  let problem: { code: string; reason: string } | undefined;
  await guard(allow)(request, {} as never, (error) => (problem = error as typeof problem));
  return problem ? `${problem.code} ${problem.reason}` : request.caller;
}

describe('a rule is checked when its route is registered', () => {
  test.each<[string, unknown]>([
    ['an empty list', []],
    ['nothing', undefined],
    ['null', null],
    ['everybody', 'everybody'],
    ['a rule without its list', { pool: 'customers' }],
    ['null for a rule', [null]],
    ['a string for a rule', ['customers']],
    ['a rule without a pool', [{ groups: ['chefs'] }]],
    ['an empty name of a pool', [{ pool: '' }]],
    ['a misspelt member, which would admit the whole pool', [{ pool: 'staff', group: ['chefs'] }]],
    ['no groups', [{ pool: 'staff', groups: [] }]],
    ['a group that is no list', [{ pool: 'staff', groups: 'chefs' }]],
    ['an empty group', [{ pool: 'staff', groups: [''] }]],
    ['an empty group beside a good one', [{ pool: 'staff', groups: ['chefs', ''] }]],
    ['a number beside a good group', [{ pool: 'staff', groups: ['chefs', 1] }]],
    ['no scopes', [{ pool: 'staff', scopes: [] }]],
    ['two scopes in one', [{ pool: 'staff', scopes: ['a b'] }]],
    ['two scopes in one, beside a good one', [{ pool: 'staff', scopes: ['a', 'b c'] }]],
    ['a scope that ends the quotes of a challenge', [{ pool: 'staff', scopes: ['a", error="x'] }]],
    ['a scope with a backslash', [{ pool: 'staff', scopes: ['a\\'] }]],
    ['an ownerOnly that is not a boolean', [{ pool: 'customers', ownerOnly: 'false' }]],
    ['a bad rule after a good one', [{ pool: 'customers' }, { pool: 'staff', scopes: [1] }]],
  ])('%s', (_name, allow) => {
    expect(() => createGuard({ pools: target.api.trusted })(allow as Allow)).toThrow(/rule|allow/);
  });
});

test('pools that share a name or an issuer are rejected', () => {
  const [first, second] = target.api.trusted;
  if (!first || !second) throw new Error('two pools are configured');
  expect(() => createGuard({ pools: [first, first] })).toThrow('name and issuer');
  const namesake = { ...second, pool: { ...second.pool, name: first.pool.name } };
  expect(() => createGuard({ pools: [first, namesake] })).toThrow('name and issuer');
});

test('a guard with only one of the pools warns of each route that nobody can call', () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  const guard = createGuard({ pools: target.api.trusted.filter(({ pool }) => pool.name === 'customers'), log });
  for (const allow of ['everyone', [customers], [customers, staff], [staff.group('chefs')]] as Allow[]) guard(allow);
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ level: 40, pools: ['customers'], allow: [{ pool: 'staff', groups: ['chefs'] }] }),
  ]);
});

test('the caller is frozen, and carries nothing but what was verified', async () => {
  const guard = createGuard({ pools: target.api.trusted });
  const token = target.api.customers.accessToken({ admin: true, 'cognito:groups': ['chefs'] });
  const request = { headers: { authorization: `Bearer ${token}` }, rawHeaders: [] } as unknown as Request;
  await guard([customers])(request, {} as never, () => undefined);
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

test('a token without groups and scopes gives a caller who has none', async () => {
  const guard = createGuard({ pools: target.api.trusted });
  const token = target.api.customers.accessToken({ scope: undefined });
  expect(await pass(guard, [customers], token)).toMatchObject({ groups: [], scopes: [] });
  expect(await pass(guard, [customers], target.api.customers.idToken())).toMatchObject({ groups: [], scopes: [] });
});

test('the token is read from the header once, cached or not', async () => {
  const guard = createGuard({ pools: target.api.trusted });
  const token = target.api.customers.accessToken();
  let reads = 0;
  const headers = {
    get authorization() {
      reads += 1;
      return `Bearer ${token}`;
    },
  };
  for (const expected of [1, 2]) {
    await guard([customers])({ headers, rawHeaders: [] } as unknown as Request, {} as never, () => undefined);
    expect(reads).toBe(expected);
  }
});

describe('machines are admitted only by a rule that names one of their scopes', () => {
  const scope = `${product.name}/items.write`;
  const machine = (claims: object = {}) =>
    target.api.staff.accessToken({ username: undefined, sub: 'client', scope, ...claims });

  const admitted = expect.objectContaining({ username: null, scopes: [scope] });
  test.each<[string, Allow, () => string, unknown]>([
    ['by their scope', [staff.scope('items.write')], machine, admitted],
    ['by their scope beside a group', [staff.group('chefs'), staff.scope('items.write')], machine, admitted],
    ['not by their pool alone', [staff], machine, 'not_allowed rule_not_met'],
    [
      'not by a group, even if the token names it',
      [staff.group('chefs')],
      () => machine({ 'cognito:groups': ['chefs'] }),
      'not_allowed rule_not_met',
    ],
    ['not by another scope', [staff.scope('items.write')], () => machine({ scope: 'x' }), 'not_allowed rule_not_met'],
    [
      'not by a scope that theirs begins with',
      [staff.scope('items.write')],
      () => machine({ scope: `${scope}.all` }),
      'not_allowed rule_not_met',
    ],
    ['not as an owner', [staff.owner()], machine, 'not_allowed rule_not_met'],
    ['not by a rule of another pool', [customers], machine, 'not_allowed pool_not_allowed'],
  ])('%s', async (_name, allow, token, expected) => {
    expect(await pass(createGuard({ pools: target.api.trusted }), allow, token())).toEqual(expected);
  });

  test('on a route of the app as well', async () => {
    const token = machine();
    const item = { method: 'POST', path: '/items', body: '{"name":"a"}' };
    const headers: [string, string][] = [
      ['Authorization', `Bearer ${token}`],
      ['Content-Type', 'application/json'],
    ];
    expect([(await target.get(token, '/me')).status, (await target.call({ ...item, headers })).status]).toEqual([
      403, 201,
    ]);
  });
});

test('people are admitted by their pool, their group or a scope of their token', async () => {
  const guard = createGuard({ pools: target.api.trusted });
  const person = (claims: object = {}) => target.api.staff.accessToken(claims);
  const chef = person({ 'cognito:groups': ['waiters', 'chefs'] });
  expect(await pass(guard, [staff], person())).toMatchObject({ username: 'regular' });
  expect(await pass(guard, [staff.group('chefs')], chef)).toMatchObject({ groups: ['waiters', 'chefs'] });
  expect(await pass(guard, [staff.group('chefs')], person())).toBe('not_allowed rule_not_met');
  const withScope = person({ scope: `openid ${product.name}/items.write` });
  expect(await pass(guard, [staff.scope('items.write')], withScope)).toMatchObject({ username: 'regular' });
  expect(await pass(guard, [staff.scope('items.write')], chef)).toBe('not_allowed rule_not_met');
});

test('a cached token is checked against the rules of each route', async () => {
  const token = target.api.staff.accessToken();
  const [welcome, me] = [await target.get(token, '/'), await target.get(token, '/me')];
  expect([welcome.status, me.status, (await target.get(token, '/')).status]).toEqual([403, 200, 403]);
});

test('two hundred concurrent calls, every other one with an expired token, are never mixed up', async () => {
  const { customers: issuer } = target.api;
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const username = `user-${at}`;
      const token = issuer.accessToken(at % 2 === 0 ? { username } : { username, exp: 1 });
      const { status, body } = await target.get(token, '/me');
      return at % 2 === 0
        ? status === 200 && (JSON.parse(body) as { username: string }).username === username
        : status === 401;
    }),
  );
  expect(answers).not.toContain(false);
});

test('what is wrong with a token is in the log; the caller reads one response, and of a genuine token that it has expired', async () => {
  const { customers: issuer, staff: other, lines } = target.api;
  const forge = (token: string) => `${token.split('.').slice(0, 2).join('.')}.${other.accessToken().split('.')[2]}`;
  const tokens = {
    forged: forge(issuer.accessToken()),
    foreignIssuer: issuer.accessToken({ iss: 'https://example.com' }),
    forgedAndExpired: forge(issuer.accessToken({ exp: 1 })),
    expired: issuer.accessToken({ exp: 1 }),
  };
  lines.length = 0;
  const answers = [];
  for (const token of Object.values(tokens)) {
    const { status, body, challenge } = await target.get(token, '/me');
    const { instance: _instance, ...problem } = JSON.parse(body) as Record<string, unknown>;
    answers.push({ status, problem, challenge });
  }

  const logged = lines.map((line) => JSON.parse(line) as { reason: string; code: string });
  expect(logged.map(({ code, reason }) => [code, reason])).toEqual([
    ['token_invalid', 'signature'],
    ['token_invalid', 'issuer'],
    ['token_invalid', 'signature'],
    ['token_expired', 'expired'],
  ]);
  const log = lines.join('');
  const pieces = Object.values(tokens).flatMap((token) => token.match(/.{8}/gs) ?? []);
  expect(pieces.filter((piece) => log.includes(piece))).toEqual([]);

  const [forged, foreignIssuer, forgedAndExpired, expired] = answers;
  expect(forged).toMatchObject({ status: 401, problem: { code: 'token_invalid' } });
  expect([foreignIssuer, forgedAndExpired]).toEqual([forged, forged]);
  const detail = 'The token has expired: sign in again, or refresh it.';
  expect(expired).toMatchObject({ status: 401, problem: { code: 'token_expired', detail } });
});
