import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import { createJwksFetch, type KeySet } from './jwks.js';
import type { Pool } from './pool.js';
import { keysUnavailable } from './auth-problems.js';

/** Unknown `kid`s may cause this many fetches at once, and one more every `REFILL` ms: at most 12 in any minute. */
const BURST = 3;
const REFILL = 8_000;
/** Milliseconds between attempts of waiting requests while no key was ever had. */
const COLD_RETRY = 500;
/** Milliseconds between attempts in the background while the endpoint is down. */
const OUTAGE_RETRY = 15_000;
/** Milliseconds that a refresh may take before requests wait for it, as after a Lambda function was frozen. */
const SLACK = 5_000;
/** Milliseconds that a request may have waited for a fetch under way and still ask for one more: with it under 3 s in all. */
const PATIENCE = 400;

export interface PoolKeysOptions {
  pool: Pool;
  refreshSeconds: number;
  log: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** A pool's signing keys, kept fresh. */
export interface PoolKeys {
  /** The key that may be used this moment, at no cost. */
  cachedKey(kid: string): KeyObject | undefined;
  /** The key, looked up where that may help; undefined when the pool has none of that `kid`. Throws `keysUnavailable`. */
  getKey(kid: string): Promise<KeyObject | undefined>;
  /** Fetches now, unless a fetch is under way: one serves all who wait. Never throws: an outage goes to the log. */
  refresh(): Promise<void>;
  close(): void;
}

/** A key that didn't change stays the same object, so that what was verified with it stays remembered. */
function merge(fetched: KeySet, before: KeySet): KeySet {
  return new Map(
    Array.from(fetched, ([kid, key]) => {
      const old = before.get(kid);
      return [kid, old?.equals(key) ? old : key];
    }),
  );
}

/** Starts to fetch at once; `close` ends the refreshing. */
export function createPoolKeys({ pool, refreshSeconds, log, now = Date.now }: PoolKeysOptions): PoolKeys {
  const fetchKeys = createJwksFetch(pool.jwksUri);
  const refreshAfter = refreshSeconds * 1000;
  let keys: KeySet = new Map();
  let overdueAt = 0;
  let retryAt = 0;
  let isDown = false;
  let budget = BURST;
  let countedAt = now();
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function schedule(delay: number) {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void refresh(), delay).unref();
  }

  async function attempt() {
    try {
      keys = merge(await fetchKeys(), keys);
      if (isDown) log.info({ pool: pool.name }, 'signing keys are back');
      isDown = false;
      overdueAt = now() + refreshAfter + SLACK;
      schedule(refreshAfter);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      // Node tries all addresses of a name, and its AggregateError says nothing but the code.
      const reason = message || code;
      if (!isDown) log.warn({ pool: pool.name, jwksUri: pool.jwksUri, reason }, 'signing keys could not be fetched');
      isDown = true;
      const delay = Math.min(OUTAGE_RETRY, refreshAfter);
      retryAt = now() + COLD_RETRY;
      overdueAt = now() + delay + SLACK;
      schedule(delay);
    }
    underWay = undefined;
  }

  function refresh() {
    underWay ??= attempt();
    return underWay;
  }

  /** Made-up `kid`s must not make us fetch without end, nor keep us from ever fetching for a genuine one. */
  function mayFetch() {
    if (keys.size === 0) return now() >= retryAt;
    // The clock may have been set back.
    const refilled = Math.max(0, Math.floor((now() - countedAt) / REFILL));
    budget = Math.min(BURST, budget + refilled);
    countedAt = budget === BURST ? now() : Math.min(now(), countedAt + refilled * REFILL);
    if (budget === 0) return false;
    budget -= 1;
    return true;
  }

  function cachedKey(kid: string) {
    return now() < overdueAt ? keys.get(kid) : undefined;
  }

  async function getKey(kid: string) {
    const askedAt = now();
    if (underWay) await underWay;
    // What was under way may have left before the key was published.
    if (cachedKey(kid) === undefined && now() - askedAt < PATIENCE) {
      const isOverdue = keys.size > 0 && now() >= overdueAt;
      if (underWay || isOverdue || mayFetch()) await refresh();
    }
    const key = keys.get(kid);
    if (key === undefined && isDown) throw keysUnavailable;
    return key;
  }

  void refresh();
  return {
    cachedKey,
    getKey,
    refresh,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
