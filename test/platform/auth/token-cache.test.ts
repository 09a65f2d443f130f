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

/** The caller that the guard lets in, or the refusal's code. */
async function pass(guard: Guard, token: string): Promise<Principal | string | undefined> {
  const request = { headers: { authorization: `Bearer ${token}` }, rawHeaders: [] } as unknown as Request;
  let refusal: { code: string } | undefined;
  try {
    await guard([customers])(request, {} as never, (error) => (refusal = error as typeof refusal));
  } catch (error) {
    refusal = error as typeof refusal;
  }
  return refusal ? refusal.code : request.caller;
}

test('a token is taken apart once, and its holder is the very same object from then on', async () => {
  const guard = guardOf();
  const token = issuer.accessToken();
  const first = await pass(guard, token);
  expect(first).toMatchObject({ username: 'regular' });
  expect(await pass(guard, token)).toBe(first);
});

test('turned off, every call verifies anew', async () => {
  const guard = guardOf(0);
  const token = issuer.accessToken();
  const first = await pass(guard, token);
  expect(await pass(guard, token)).toEqual(first);
  expect(await pass(guard, token)).not.toBe(first);
});

test.each([0, 0.5])('expiry counts to the millisecond, %d s past the second', async (fraction) => {
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

test('what was remembered dies with its key', async () => {
  const guard = guardOf();
  const token = issuer.accessToken();
  expect(await pass(guard, token)).toMatchObject({ username: 'regular' });
  issuer.published = [createSigningKey()];
  await trusted.keys.refresh();
  expect(await pass(guard, token)).toBe('token_invalid');
});

test('a key replaced under its own kid takes its tokens with it', async () => {
  const guard = guardOf();
  const token = issuer.accessToken();
  expect(await pass(guard, token)).toMatchObject({ username: 'regular' });
  issuer.published = [{ ...createSigningKey(), kid: issuer.key.kid }];
  await trusted.keys.refresh();
  expect(await pass(guard, token)).toBe('token_invalid');
});

test('a refusal is never remembered', async () => {
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
  ['its last letter', (token) => `${token.slice(0, -1)}~`],
  ['a letter less', (token) => token.slice(0, -1)],
  ['a letter more', (token) => `${token}A`],
  ['a space at its end', (token) => `${token} `],
  ['its letters in capitals', (token) => token.toUpperCase()],
  ['its first letter', (token) => `f${token.slice(1)}`],
  [
    'a letter of its claims',
    (token) => token.replace(/\.(.{40})./, (all, kept) => `.${kept}${all.endsWith('A') ? 'B' : 'A'}`),
  ],
  ['its end alone in common', (token) => token.slice(-200)],
])('a token that differs from a remembered one in %s is another token', async (_what, change) => {
  const guard = guardOf();
  const token = issuer.accessToken();
  await pass(guard, token);
  expect(change(token)).not.toBe(token);
  expect(['token_invalid', 'request_malformed']).toContain(await pass(guard, change(token)));
});

describe('bounds', () => {
  const caller = { subject: 's', username: null, groups: [], scopes: [], expiresAt: 9e9 } as unknown as Principal;
  const remember = (entries: number) => {
    const remembered = createTokenCache(entries, now);
    const key = {} as never;
    const keys = { cachedKey: () => key } as never;
    return {
      set: (token: string, change: Partial<Principal> = {}) =>
        remembered.set(token, { caller: { ...caller, ...change }, kid: 'k', key, keys }),
      get: (token: string) => remembered.get(token),
    };
  };

  test('no more than so many, those used last', () => {
    const remembered = remember(100);
    for (let i = 0; i < 150; i += 1) {
      remembered.set(`token-${i}`);
      remembered.get('token-0');
    }
    const kept = Array.from({ length: 150 }, (_, i) => i).filter((i) => remembered.get(`token-${i}`));
    expect(kept).toHaveLength(100);
    expect(kept[0]).toBe(0);
    expect(kept[1]).toBe(51);
  });

  test.each<[string, (i: number) => string, Partial<Principal>]>([
    ['long tokens', (i) => `${i}`.padStart(8_192, 'x'), {}],
    ['tokens with many groups', (i) => `${i}`, { groups: Array.from({ length: 200 }, () => 'group') }],
    ['tokens with a long user name', (i) => `${i}`, { username: 'x'.repeat(4_000) }],
  ])('no more than 3 KB each on average: fewer %s', (_name, token, change) => {
    const remembered = remember(100);
    for (let i = 0; i < 100; i += 1) remembered.set(token(i), change);
    const kept = Array.from({ length: 100 }, (_, i) => i).filter((i) => remembered.get(token(i)));
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThan(45);
  });
});
