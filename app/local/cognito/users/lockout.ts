import { LRUCache } from 'lru-cache';
import { notAuthorized } from '../errors.js';
import type { Attempts, User } from '../state/state.js';

const MAX_FREE_FAILURES = 5;
const MAX_LOCK_MS = 15 * 60_000;
const RESET_AFTER_MS = 15 * 60_000;

/**
 * Cognito locks a user out for 2^(n-5) seconds after the n-th wrong password, n being 5 or more, and for about
 * 15 minutes at most; attempts during a lock-out don't count, and 15 minutes without an attempt reset the count.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior
 */
export function afterFailure(attempts: Attempts, now: number): Attempts {
  const failures = attempts.failures + 1;
  const excess = failures - MAX_FREE_FAILURES;
  const lockMs = excess < 0 ? 0 : Math.min(1000 * 2 ** excess, MAX_LOCK_MS);
  return { failures, lockedUntil: now + lockMs, lastAt: now };
}

/** The attempts that still count, with the time of this one; throws NotAuthorizedException during a lock-out. */
export function checkLock(attempts: Attempts | undefined, now: number): Attempts {
  if (!attempts || now - attempts.lastAt >= RESET_AFTER_MS) return { failures: 0, lockedUntil: 0, lastAt: now };
  attempts.lastAt = now;
  if (now < attempts.lockedUntil) throw notAuthorized('Password attempts exceeded');
  return attempts;
}

/** Attempts on user names that don't exist, locked out like any other so that a lock-out doesn't reveal who exists. */
export type UnknownNames = LRUCache<string, Pick<User, 'attempts' | 'limits'>>;

export const newUnknownNames = (): UnknownNames => new LRUCache({ max: 10_000 });
