import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Request } from 'express';
import pino from 'pino';
import { createGuard, type Guard } from '../../../app/platform/auth/guard.js';
import { createPoolKeys, type TrustedPool } from '../../../app/platform/auth/pool-keys.js';
import type { Principal } from '../../../app/platform/auth/claims.js';
import { createTokenCache } from '../../../app/platform/auth/token-cache.js';
import { customers } from '../../harness/fixture-api/access.js';
import { createSigningKey, startIssuer, type Issuer } from '../../harness/issuer.js';

let issuer: Issuer;
let trusted: TrustedPool;
let clock: number;
const now = () => clock;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

beforeEach(async () => {
  clock = Date.now();
  issuer.published = [issuer.key];
  const keys = createPoolKeys({ pool: issuer.pool, refreshSeconds: 86_400, log: pino({ level: 'silent' }) });
  await keys.refresh();
  keys.close();
  trusted = { pool: issuer.pool, keys };
});

const guardOf = (tokenCacheSize?: number) =>
  createGuard({ pools: [trusted], now, ...(tokenCacheSize !== undefined && { tokenCacheSize }) });

/** The caller whom the guard admits, or the code of the problem. */
async function pass(guard: Guard, token: string): Promise<Principal | string | undefined> {
  const request = { headers: { authorization: `Bearer ${token}` }, rawHeaders: [] } as unknown as Request;
  let problem: { code: string } | undefined;
  try {
    await guard([customers])(request, {} as never, (error) => (problem = error as typeof problem));
  } catch (error) {
    problem = error as typeof problem;
  }
  return problem ? problem.code : request.caller;
}

test('a token is verified once, and its caller is the very same object from then on', async () => {
  const guard = guardOf();
  const token = issuer.accessToken();
  const first = await pass(guard, token);
  expect(first).toMatchObject({ username: 'regular' });
  expect(await pass(guard, token)).toBe(first);
});

test('turned off, every call verifies the token again', async () => {
  const guard = guardOf(0);
  const token = issuer.accessToken();
  const first = await pass(guard, token);
  expect(await pass(guard, token)).toEqual(first);
  expect(await pass(guard, token)).not.toBe(first);
});

test.each([0, 0.5])('expiry is exact to the millisecond, %d s past the second', async (fraction) => {
  const guard = guardOf();
  const exp = Math.floor(clock / 1000) + 60 + fraction;
  const token = issuer.accessToken({ exp });
  expect(await pass(guard, token)).toMatchObject({ expiresAt: exp });
  clock = exp * 1000 - 1;
  expect(await pass(guard, token)).toMatchObject({ expiresAt: exp });
  clock = exp * 1000;
  expect(await pass(guard, token)).toBe('token_expired');
  clock -= 1;
  expect(await pass(guard, token)).toMatchObject({ expiresAt: exp });
});

test('a cached token no longer counts once its key is gone', async () => {
  const guard = guardOf();
  const token = issuer.accessToken();
  expect(await pass(guard, token)).toMatchObject({ username: 'regular' });
  issuer.published = [createSigningKey()];
  await trusted.keys.refresh();
  expect(await pass(guard, token)).toBe('token_invalid');
});

test('a cached token no longer counts once its key is too old, while the JWKS endpoint is down', async () => {
  const keys = createPoolKeys({ pool: issuer.pool, refreshSeconds: 600, log: pino({ level: 'silent' }), now });
  await keys.refresh();
  keys.close();
  const begin = clock;
  const guard = createGuard({ pools: [{ pool: issuer.pool, keys }], now });
  const token = issuer.accessToken({ exp: Math.floor(clock / 1000) + 100_000 });
  const first = await pass(guard, token);
  issuer.answer = (_request, response) => response.writeHead(500).end();
  clock = begin + 86_400_000 - 1;
  await keys.refresh();
  expect(await pass(guard, token)).toMatchObject({ username: 'regular' });
  clock += 1;
  expect(await pass(guard, token)).toBe('keys_unavailable');
  issuer.answer = undefined;
  await keys.refresh();
  expect(await pass(guard, token)).toEqual(first);
});

test('nor once its key is replaced under the same kid', async () => {
  const guard = guardOf();
  const token = issuer.accessToken();
  expect(await pass(guard, token)).toMatchObject({ username: 'regular' });
  issuer.published = [{ ...createSigningKey(), kid: issuer.key.kid }];
  await trusted.keys.refresh();
  expect(await pass(guard, token)).toBe('token_invalid');
});

test('a refusal is never cached', async () => {
  const guard = guardOf();
  const early = issuer.accessToken({ nbf: Math.floor(clock / 1000) + 60 });
  expect(await pass(guard, early)).toBe('token_not_yet_valid');
  clock += 60_000;
  expect(await pass(guard, early)).toMatchObject({ username: 'regular' });

  const fresh = createSigningKey();
  const old = issuer.key;
  issuer.key = fresh;
  const unknown = issuer.accessToken();
  issuer.key = old;
  expect(await pass(guard, unknown)).toBe('token_invalid');
  issuer.published = [old, fresh];
  await trusted.keys.refresh();
  expect(await pass(guard, unknown)).toMatchObject({ username: 'regular' });
});

test.each<[string, (token: string) => string]>([
  ['its last character', (token) => `${token.slice(0, -1)}~`],
  ['one character less', (token) => token.slice(0, -1)],
  ['one character more', (token) => `${token}A`],
  ['a space at its end', (token) => `${token} `],
  ['upper case', (token) => token.toUpperCase()],
  ['its first character', (token) => `f${token.slice(1)}`],
  [
    'a character of its claims',
    (token) => token.replace(/\.(.{40})./, (all, kept) => `.${kept}${all.endsWith('A') ? 'B' : 'A'}`),
  ],
  ['everything but its end', (token) => token.slice(-200)],
])('a token that differs from a cached one in %s is another token', async (_what, change) => {
  const guard = guardOf();
  const token = issuer.accessToken();
  await pass(guard, token);
  expect(change(token)).not.toBe(token);
  expect(['token_invalid', 'request_malformed']).toContain(await pass(guard, change(token)));
});

describe('bounds', () => {
  const nothing = { groups: [], scopes: [], claims: {} };
  const caller = { subject: 's', username: null, ...nothing, expiresAt: 9e9 } as unknown as Principal;
  const cacheOf = (maxEntries: number) => {
    const cache = createTokenCache(maxEntries, now);
    const key = {} as never;
    const keys = { cachedKey: () => key } as never;
    return {
      set: (token: string, change: Partial<Principal> = {}) =>
        cache.set(token, { caller: { ...caller, ...change }, kid: 'k', key, keys }),
      get: (token: string) => cache.get(token),
    };
  };

  test('at most so many entries, those used last', () => {
    const cache = cacheOf(100);
    for (let i = 0; i < 150; i += 1) {
      cache.set(`token-${i}`);
      cache.get('token-0');
    }
    const kept = Array.from({ length: 150 }, (_, i) => i).filter((i) => cache.get(`token-${i}`));
    expect(kept).toHaveLength(100);
    expect(kept[0]).toBe(0);
    expect(kept[1]).toBe(51);
  });

  test.each<[string, (i: number) => string, Partial<Principal>]>([
    ['long tokens', (i) => `${i}`.padStart(8_192, 'x'), {}],
    ['tokens with many groups', (i) => `${i}`, { groups: Array.from({ length: 200 }, () => 'group') }],
    ['tokens with long claims', (i) => `${i}`, { claims: { tenant: 'x'.repeat(2_000), roles: ['y'.repeat(2_000)] } }],
    ['tokens with a long user name', (i) => `${i}`, { username: 'x'.repeat(4_000) }],
  ])('at most 3 KB each on average: fewer %s', (_name, token, change) => {
    const cache = cacheOf(100);
    for (let i = 0; i < 100; i += 1) cache.set(token(i), change);
    const kept = Array.from({ length: 100 }, (_, i) => i).filter((i) => cache.get(token(i)));
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThan(45);
  });
});
