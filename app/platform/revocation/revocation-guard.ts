import type { Request, RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { revocationsUnavailable, tokenRevoked } from '../auth/auth-problems.js';
import type { Principal } from '../auth/claims.js';
import { storeUnavailable } from '../dynamodb/table.js';
import { issuanceOf } from './issuance.js';
import type { Revocations } from './revocations.js';

/** A table that takes longer counts as unavailable: the handler needs the rest of the time. */
const READ_LIMIT_MS = 2_000;

export interface RevocationGuardOptions {
  readonly revocations: Pick<Revocations, 'notBefore'>;
  readonly log: Logger;
  /**
   * What happens while the table is unavailable: `refuse` answers 503; `admit` lets callers through but those who were
   * already known to be revoked. Default `refuse`.
   */
  readonly whenUnavailable?: 'refuse' | 'admit';
  /** Of how many callers the last answer is kept, 0.5 KB each. Default 10,000. */
  readonly cacheSize?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Makes the middleware that refuses revoked tokens, for a route that accepts a delay of that many seconds. It comes after
 * the guard, which sets `request.caller`.
 */
export type RevocationGuard = (withinSeconds: number) => RequestHandler;

interface Answer {
  /** Milliseconds since the epoch: what was written before is in the answer. */
  startedAt: number;
  readonly notBefore: Promise<number>;
  /** Of the last reading that succeeded, for the time of an outage. */
  lastKnown: number;
}

/** One for all routes: they share answers, each read at most once a caller and delay, and requests that wait share a read. */
export function createRevocationGuard(options: RevocationGuardOptions): RevocationGuard {
  const { revocations, log, whenUnavailable = 'refuse', cacheSize = 10_000, now = Date.now } = options;
  // Without `max`, which would allocate all entries at once and delay a cold start.
  const answers = new LRUCache<string, Answer>({ maxSize: cacheSize, sizeCalculation: () => 1 });

  function isFresh({ startedAt }: Answer, withinSeconds: number) {
    const ageMs = now() - startedAt;
    // After the clock was set back, no age is certain.
    return ageMs >= 0 && ageMs < withinSeconds * 1000;
  }

  function read(key: string, signIn: Parameters<Revocations['notBefore']>[0], deadlineMs: number) {
    const answer: Answer = {
      startedAt: now(),
      notBefore: revocations.notBefore(signIn, deadlineMs),
      lastKnown: answers.get(key)?.lastKnown ?? 0,
    };
    answers.set(key, answer);
    answer.notBefore.then(
      (notBefore) => (answer.lastKnown = notBefore),
      () => (answer.startedAt = -Infinity),
    );
    return answer;
  }

  /** An answer that took longer than the delay is not good enough: the read is repeated, until the deadline. */
  async function notBeforeOf(request: Request, originJti: string | undefined, withinSeconds: number) {
    const { pool, subject } = request.caller as Principal;
    const key = JSON.stringify([pool, subject, originJti]);
    const deadlineMs = Math.min(request.deadlineMs, Date.now() + READ_LIMIT_MS);
    for (;;) {
      const cached = answers.get(key);
      const isCached = cached !== undefined && isFresh(cached, withinSeconds);
      const answer = isCached ? cached : read(key, { pool, subject, originJti }, deadlineMs);
      try {
        const notBefore = await answer.notBefore;
        if (isFresh(answer, withinSeconds)) return notBefore;
      } catch (error) {
        if (error !== storeUnavailable) throw error;
        if (whenUnavailable === 'refuse') throw revocationsUnavailable;
        log.warn(
          { requestId: request.id, pool, subject },
          'revocations are unavailable: what was last known of the caller decides',
        );
        return answer.lastKnown;
      }
    }
  }

  return (withinSeconds) => async (request, _response, next) => {
    const { issuedAt, originJti } = issuanceOf(request);
    const notBefore = await notBeforeOf(request, originJti, withinSeconds);
    next(issuedAt < notBefore ? tokenRevoked : undefined);
  };
}
