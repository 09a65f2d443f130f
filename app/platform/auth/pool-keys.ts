import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import { keysUnavailable } from './auth-problems.js';
import { createJwksFetch, type KeySet } from './jwks.js';
import type { Pool } from './pool.js';

/** Unknown `kid`s may cause this many fetches at once, and one more every `REFILL_MS`: at most 12 in any minute. */
const MAX_EXTRA_FETCHES = 3;
const REFILL_MS = 8_000;
/** Between attempts for waiting requests while there are no keys. */
const COLD_RETRY_MS = 500;
/** Between attempts in the background while the endpoint is down. */
const OUTAGE_RETRY_MS = 15_000;
/** How late a refresh may be before requests wait for it, as after a Lambda function was frozen. */
const REFRESH_GRACE_MS = 5_000;
/** A request that has waited longer than this for a fetch doesn't ask for another one: it is answered within 3 s. */
const MAX_WAIT_MS = 400;

/** Where a verifier gets the keys of a pool. */
export interface KeySource {
  /** The key, if it may be used at this moment without a look-up. */
  cachedKey(kid: string): KeyObject | undefined;
  /** The key, fetched where that may help; undefined when the pool has none of that `kid`. Throws `keysUnavailable`. */
  getKey(kid: string): Promise<KeyObject | undefined>;
}

/** A pool's signing keys, refreshed in the background. */
export interface PoolKeys extends KeySource {
  /** Fetches now, unless a fetch is under way: one serves all who wait. Never throws: an outage goes to the log. */
  refresh(): Promise<void>;
  /** Ends the refreshing. */
  close(): void;
}

/** A pool and the keys that its tokens are verified with, and no other pool's. */
export interface TrustedPool<Keys extends KeySource = PoolKeys> {
  readonly pool: Pool;
  readonly keys: Keys;
}

export interface KeyOptions {
  refreshSeconds: number;
  /** How long keys are used after the last successful fetch, while the endpoint is down. Default 86,400: 24 hours. */
  maxStaleSeconds?: number;
  log: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Receives the number of fetches, and of those that failed. */
  counts?: { keyFetches: number; keyFetchFailures: number };
}

export interface PoolKeysOptions extends KeyOptions {
  pool: Pool;
}

/** Starts at once to fetch the keys of each pool. */
export function startPoolKeys(pools: readonly Pool[], options: KeyOptions): TrustedPool[] {
  return pools.map((pool) => ({ pool, keys: createPoolKeys({ pool, ...options }) }));
}

/** A key that didn't change stays the same object, so that the tokens that were verified with it stay cached. */
function merge(fetched: KeySet, before: KeySet): KeySet {
  return new Map(
    Array.from(fetched, ([kid, key]) => {
      const old = before.get(kid);
      return [kid, old?.equals(key) ? old : key];
    }),
  );
}

/** Starts to fetch at once. */
export function createPoolKeys(options: PoolKeysOptions): PoolKeys {
  const { pool, refreshSeconds, maxStaleSeconds = 86_400, log, now = Date.now, counts } = options;
  const fetchKeys = createJwksFetch(pool.jwksUri);
  const refreshMs = refreshSeconds * 1000;
  let keys: KeySet = new Map();
  /** When requests have to wait for a refresh. */
  let overdueAt = 0;
  /** When the keys are too old to be used, refresh or not. */
  let staleAt = 0;
  let retryAt = 0;
  let isDown = false;
  let extraFetches = MAX_EXTRA_FETCHES;
  let refilledAt = now();
  let pendingFetch: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function schedule(delayMs: number) {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void refresh(), delayMs).unref();
    overdueAt = Math.min(now() + delayMs + REFRESH_GRACE_MS, staleAt);
  }

  function dropStaleKeys() {
    if (keys.size === 0 || now() < staleAt) return;
    keys = new Map();
    log.error({ pool: pool.name, maxStaleSeconds }, 'signing keys are too old to be used');
  }

  async function attempt() {
    if (counts) counts.keyFetches += 1;
    try {
      keys = merge(await fetchKeys(), keys);
      if (isDown) log.info({ pool: pool.name }, 'signing keys are back');
      isDown = false;
      staleAt = now() + maxStaleSeconds * 1000;
      schedule(refreshMs);
    } catch (error) {
      if (counts) counts.keyFetchFailures += 1;
      const { message, code } = error as NodeJS.ErrnoException;
      // Node tries all addresses of a name, and the message of its AggregateError is empty.
      const reason = message || code;
      if (!isDown) log.warn({ pool: pool.name, jwksUri: pool.jwksUri, reason }, 'signing keys could not be fetched');
      isDown = true;
      dropStaleKeys();
      retryAt = now() + COLD_RETRY_MS;
      schedule(Math.min(OUTAGE_RETRY_MS, refreshMs));
    }
    pendingFetch = undefined;
  }

  function refresh() {
    pendingFetch ??= attempt();
    return pendingFetch;
  }

  /** Made-up `kid`s must neither make us fetch without end nor keep us from ever fetching for a genuine one. */
  function mayFetch() {
    if (keys.size === 0) return now() >= retryAt;
    // The clock may have been set back.
    const refills = Math.max(0, Math.floor((now() - refilledAt) / REFILL_MS));
    extraFetches = Math.min(MAX_EXTRA_FETCHES, extraFetches + refills);
    refilledAt = extraFetches === MAX_EXTRA_FETCHES ? now() : Math.min(now(), refilledAt + refills * REFILL_MS);
    if (extraFetches === 0) return false;
    extraFetches -= 1;
    return true;
  }

  function cachedKey(kid: string) {
    return now() < overdueAt ? keys.get(kid) : undefined;
  }

  async function getKey(kid: string) {
    const askedAt = now();
    if (pendingFetch) await pendingFetch;
    // That fetch may have been sent before the key was published.
    if (cachedKey(kid) === undefined && now() - askedAt < MAX_WAIT_MS) {
      const isOverdue = keys.size > 0 && now() >= overdueAt;
      if (pendingFetch || isOverdue || mayFetch()) await refresh();
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
