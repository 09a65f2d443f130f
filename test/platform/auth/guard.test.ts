import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Request } from 'express';
import pino from 'pino';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { createGuard, type Guard } from '../../../app/platform/auth/guard.js';
import { startPoolKeys, type TrustedPool } from '../../../app/platform/auth/pool-keys.js';
import { customers, staff } from '../../harness/fixture-api/access.js';
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
});

test('a guard with only one of the pools warns of each route that nobody can call', () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  const guard = createGuard({ pools: pools.filter(({ pool }) => pool.name === 'customers'), log });
  for (const allow of ['everyone', [customers], [customers, staff], [staff.group('chefs')]] as Allow[]) guard(allow);
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ level: 40, pools: ['customers'], allow: [{ pool: 'staff', groups: ['chefs'] }] }),
  ]);
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
    'tokenUse',
    'expiresAt',
  ]);
  expect([request.caller, request.caller?.groups, request.caller?.scopes].every(Object.isFrozen)).toBe(true);
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
