import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Request } from 'express';
import pino from 'pino';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { createGuard, type Guard } from '../../../app/platform/auth/guard.js';
import { startPoolKeys, type TrustedPool } from '../../../app/platform/auth/pool-keys.js';
import { access, customers, staff } from '../../harness/fixture-api/access.js';
import { product } from '../../harness/fixture-api/product.js';
import { startIssuer, type Issuer } from '../../harness/issuer.js';

let customerIssuer: Issuer;
let staffIssuer: Issuer;
let pools: TrustedPool[];

beforeAll(async () => {
  [customerIssuer, staffIssuer] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  pools = startPoolKeys([customerIssuer.pool, staffIssuer.pool], {
    refreshSeconds: 600,
    log: pino({ level: 'silent' }),
  });
  await Promise.all(pools.map(({ keys }) => keys.refresh()));
});
afterAll(async () => {
  for (const { keys } of pools) keys.close();
  await Promise.all([customerIssuer.close(), staffIssuer.close()]);
});

/** The caller whom the guard admits, or the `code` and `reason` of the problem. */
async function pass(guard: Guard, allow: Allow, token: string) {
  const request = { headers: { authorization: `Bearer ${token}` }, rawHeaders: [] } as unknown as Request;
  let problem: { code: string; reason: string } | undefined;
  await guard(allow)(request, {} as never, (error) => (problem = error as typeof problem));
  return problem ? `${problem.code} ${problem.reason}` : request.caller;
}

test('a rule that no compiler has checked is checked when its route is registered', () => {
  const misspelt = [{ pool: 'staff', group: ['chefs'] }] as unknown as Allow;
  expect(() => createGuard({ pools })(misspelt)).toThrow('An access rule has no member group');
});

test('pools that share a name or an issuer are rejected', () => {
  const [first, second] = pools;
  if (!first || !second) throw new Error('two pools are configured');
  expect(() => createGuard({ pools: [first, first] })).toThrow('name and issuer');
  const namesake = { ...second, pool: { ...second.pool, name: first.pool.name } };
  expect(() => createGuard({ pools: [first, namesake] })).toThrow('name and issuer');
  const twin = { ...second, pool: { ...second.pool, issuer: first.pool.issuer } };
  expect(() => createGuard({ pools: [first, twin] })).toThrow('name and issuer');
});

test('a guard with only one of the pools warns of each route that nobody can call', () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  const guard = createGuard({ pools: pools.filter(({ pool }) => pool.name === 'customers'), log });
  for (const allow of ['everyone', [customers], [customers, staff], [staff.group('chefs')]] as Allow[]) guard(allow);
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      level: 40,
      pools: ['customers'],
      allow: [{ pool: 'staff', groups: ['chefs'] }],
      msg: 'nobody can call a route: no pool that it allows is configured',
    }),
  ]);
  expect(() => createGuard({ pools: [] })([staff])).not.toThrow();
});

test('everyone passes where everyone may call, without a look at the token', () => {
  const request = {} as Request;
  const passed: unknown[][] = [];
  createGuard({ pools })('everyone')(request, {} as never, (...problem: unknown[]) => passed.push(problem));
  expect([passed, request]).toEqual([[[]], {}]);
});

test('tokens that the cache had are counted', async () => {
  const counts = { tokenCacheHits: 0 };
  const guard = createGuard({ pools, counts });
  const token = customerIssuer.accessToken();
  for (const hits of [0, 1, 2]) {
    expect(await pass(guard, [customers], token)).toMatchObject({ pool: 'customers' });
    expect(counts.tokenCacheHits).toBe(hits);
  }
});

test('the caller is frozen, and carries nothing but what was verified', async () => {
  const guard = createGuard({ pools });
  const token = customerIssuer.accessToken({ admin: true, 'cognito:groups': ['chefs'] });
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
    'claims',
    'tokenUse',
    'expiresAt',
  ]);
  expect(
    [request.caller, request.caller?.groups, request.caller?.scopes, request.caller?.claims].every(Object.isFrozen),
  ).toBe(true);
});

test('a token without groups and scopes gives a caller who has none', async () => {
  const guard = createGuard({ pools });
  const token = customerIssuer.accessToken({ scope: undefined });
  expect(await pass(guard, [customers], token)).toMatchObject({ groups: [], scopes: [] });
  expect(await pass(guard, [customers], customerIssuer.idToken())).toMatchObject({ groups: [], scopes: [] });
});

test('the token is read from the header once, cached or not', async () => {
  const guard = createGuard({ pools });
  const token = customerIssuer.accessToken();
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
    staffIssuer.accessToken({ username: undefined, sub: 'client', scope, ...claims });

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
    expect(await pass(createGuard({ pools }), allow, token())).toEqual(expected);
  });
});

test('people are admitted by their pool, their group or a scope of their token', async () => {
  const guard = createGuard({ pools });
  const person = (claims: object = {}) => staffIssuer.accessToken(claims);
  const chef = person({ 'cognito:groups': ['waiters', 'chefs'] });
  expect(await pass(guard, [staff], person())).toMatchObject({ username: 'regular' });
  expect(await pass(guard, [staff.group('chefs')], chef)).toMatchObject({ groups: ['waiters', 'chefs'] });
  expect(await pass(guard, [staff.group('chefs')], person())).toBe('not_allowed rule_not_met');
  const withScope = person({ scope: `openid ${product.name}/items.write` });
  expect(await pass(guard, [staff.scope('items.write')], withScope)).toMatchObject({ username: 'regular' });
  expect(await pass(guard, [staff.scope('items.write')], chef)).toBe('not_allowed rule_not_met');
});

describe('a rule that asks for a claim', () => {
  const guardOf = () => createGuard({ pools, declared: access.document });
  const customer = (claims: object) => customerIssuer.accessToken(claims);
  const employee = (claims: object) => staffIssuer.idToken(claims);
  const senior = { level: 'senior', 'cognito:groups': ['chefs'] };

  test.each<[string, Allow, () => string, unknown]>([
    [
      'admits a token that holds it, and hands it over',
      [customers.claim('tenant')],
      () => customer({ 'custom:tenant': 'acme' }),
      expect.objectContaining({ claims: { tenant: 'acme' } }),
    ],
    [
      'admits one of its values, beside a group',
      [staff.claim('level', 'senior').group('chefs')],
      () => employee(senior),
      expect.objectContaining({ claims: { level: 'senior' } }),
    ],
    ['refuses a token without it', [customers.claim('tenant')], () => customer({}), 'claim_missing:tenant'],
    ['refuses null', [customers.claim('tenant')], () => customer({ 'custom:tenant': null }), 'claim_malformed:tenant'],
    [
      'refuses a list',
      [customers.claim('tenant')],
      () => customer({ 'custom:tenant': ['a'] }),
      'claim_malformed:tenant',
    ],
    [
      'refuses a claim by a similar name',
      [customers.claim('tenant')],
      () => customer({ tenant: 'a' }),
      'claim_missing:tenant',
    ],
    ['refuses an undeclared value', [staff.claim('level')], () => employee({ level: 'boss' }), 'claim_malformed:level'],
    [
      'refuses another value',
      [staff.claim('level', 'senior')],
      () => employee({ level: 'junior' }),
      'claim_value:level',
    ],
    [
      'refuses by the first of two claims',
      [staff.claim('shifts', 'late').claim('level')],
      () => employee({ shifts: ['early'] }),
      'claim_value:shifts',
    ],
    [
      'refuses a caller who lacks the group as well',
      [staff.claim('level').group('chefs')],
      () => employee({}),
      'rule_not_met',
    ],
    ['refuses another pool', [staff.claim('level')], () => customer(senior), 'pool_not_allowed'],
  ])('%s', async (_what, allow, token, expected) => {
    const result = await pass(guardOf(), allow, token());
    expect(result).toEqual(typeof expected === 'string' ? `not_allowed ${expected}` : expected);
  });

  test('hands the claims over where the route asks for none, and only what is declared', async () => {
    const token = customer({ 'custom:tenant': 'acme', 'custom:plan': 'gold', level: 'senior' });
    expect(await pass(guardOf(), [customers], token)).toMatchObject({ claims: { tenant: 'acme' } });
  });

  test('stops the start where its pool declares no such claim', () => {
    const message = 'Pool staff declares no claim level in access.ts';
    expect(() => createGuard({ pools })([staff.claim('level')])).toThrow(message);
    const undeclared = { staff: { claims: {} }, customers: access.document['customers'] ?? { claims: {} } };
    expect(() => createGuard({ pools, declared: undeclared })([customers, staff.claim('level')])).toThrow(message);
  });
});
