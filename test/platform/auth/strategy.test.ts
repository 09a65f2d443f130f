import { describe, expect, test } from '@jest/globals';
import type { Principal } from '../../../app/platform/auth/claims.js';
import { keysUnavailable, tokenExpired } from '../../../app/platform/auth/auth-problems.js';
import { CognitoStrategy, type TokenRequest } from '../../../app/platform/auth/strategy.js';

const caller = { pool: 'customers', subject: 'ann' } as Principal;

/** What the strategy tells passport of a token, for a verifier that answers so. */
async function outcomeOf(verify: () => Principal | Promise<Principal>) {
  const told: unknown[] = [];
  const tokens: string[] = [];
  const strategy = new CognitoStrategy({
    verify: (token) => {
      tokens.push(token);
      return verify();
    },
    cached: () => undefined,
  });
  // Passport calls an object that inherits from the strategy and has these.
  const handle = Object.assign(Object.create(strategy) as CognitoStrategy, {
    success: (...args: unknown[]) => told.push(['success', ...args]),
    fail: (...args: unknown[]) => told.push(['fail', ...args]),
    error: (...args: unknown[]) => told.push(['error', ...args]),
  });
  handle.authenticate({ token: 'the token' } as TokenRequest);
  const atOnce = [...told];
  await new Promise((resolve) => setImmediate(resolve));
  expect(tokens).toEqual(['the token']);
  return { atOnce, told };
}

const failWith = (error: Error) => ({
  now: () => {
    throw error;
  },
  later: async () => {
    throw error;
  },
});

test('passport knows it as cognito', () => {
  expect(new CognitoStrategy({ verify: () => caller, cached: () => undefined }).name).toBe('cognito');
});

test('a token that is verified at once succeeds at once', async () => {
  const { atOnce, told } = await outcomeOf(() => caller);
  expect(atOnce).toEqual([['success', caller]]);
  expect(told).toEqual(atOnce);
});

test('a token whose key has to be fetched succeeds when that is done', async () => {
  const { atOnce, told } = await outcomeOf(() => Promise.resolve(caller));
  expect([atOnce, told]).toEqual([[], [['success', caller]]]);
});

describe('a token that is refused', () => {
  test.each([
    [401, tokenExpired],
    [503, keysUnavailable],
  ])('fails with the problem and its status, %i', async (status, problem) => {
    const { now, later } = failWith(problem);
    expect((await outcomeOf(now)).told).toEqual([['fail', problem, status]]);
    expect((await outcomeOf(later)).told).toEqual([['fail', problem, status]]);
  });
});

test('an error that is no problem is an error', async () => {
  const error = new TypeError('x');
  const { now, later } = failWith(error);
  expect((await outcomeOf(now)).told).toEqual([['error', error]]);
  expect((await outcomeOf(later)).told).toEqual([['error', error]]);
});
