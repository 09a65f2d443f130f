import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import { keysUnavailable } from './auth-problems.js';
import { createJwksFetch } from './jwks.js';
import type { Pool } from './pool.js';
import type { KeySet } from './signing-keys.js';

/** Unknown `kid`s may cause this many fetches at once, and one more every `REFILL_MS`: at most 12 in any minute. */
const MAX_EXTRA_FETCHES = 3;
const REFILL_MS = 8_000;
/** Between attempts for waiting requests while there are no keys. */
const COLD_RETRY_MS = 500;
/** Between attempts in the background while the endpoint is down. */
const OUTAGE_RETRY_MS = 15_000;
/** How late a refresh may be before requests wait for it, as after a Lambda function was frozen. */
const REFRESH_GRACE_MS = 5_000;
/** A fetch that failed after this was frozen with its process, as a Lambda function is after an answer: it has a limit of 2.5 s. */
const FROZEN_MS = 3_000;
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

/** Keys that a process starts with, by the issuer that they were published by. */
export type CarriedKeys = ReadonlyMap<string, KeySet>;

export interface KeyOptions {
  refreshSeconds: number;
  /** Used as if they had been fetched at the start, until the first successful fetch replaces them. Default: none. */
  carried?: CarriedKeys;
  /**
   * How long keys are used after the last successful fetch, carried ones after the start, while the endpoint is down.
   * Default 86,400: 24 hours.
   */
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

/** Starts to fetch the keys of each pool: at once, or as soon as what is under way is done where they are carried. */
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

/** Starts to fetch as `startPoolKeys` does. */
export function createPoolKeys(options: PoolKeysOptions): PoolKeys {
  const { pool, refreshSeconds, carried, maxStaleSeconds = 86_400, log, now = Date.now, counts } = options;
  const fetchKeys = createJwksFetch(pool.jwksUri);
  const refreshMs = refreshSeconds * 1000;
  let keys: KeySet = carried?.get(pool.issuer) ?? new Map();
  let areCarried = keys.size > 0;
  /** When the keys are too old to be used, refresh or not. */
  let staleAt = now() + maxStaleSeconds * 1000;
  /** When requests have to wait for a refresh. */
  let overdueAt = Math.min(now() + refreshMs + REFRESH_GRACE_MS, staleAt);
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

  async function fetchAwake(): Promise<KeySet> {
    const startedAt = now();
    if (counts) counts.keyFetches += 1;
    try {
      return await fetchKeys();
    } catch (error) {
      if (now() - startedAt < FROZEN_MS) throw error;
      return fetchAwake();
    }
  }

  function replaceKeys(fetched: KeySet) {
    const before = keys;
    keys = merge(fetched, before);
    const removed = [...before].filter(([kid, key]) => keys.get(kid) !== key).map(([kid]) => kid);
    if (areCarried && removed.length > 0) {
      log.warn({ pool: pool.name, kids: removed }, 'carried signing keys have left the JWKS: deploy to replace them');
    }
    areCarried = false;
  }

  async function attempt() {
    try {
      replaceKeys(await fetchAwake());
      if (isDown) log.info({ pool: pool.name }, 'signing keys are back');
      isDown = false;
      staleAt = now() + maxStaleSeconds * 1000;
      schedule(refreshMs);
    } catch (error) {
      if (counts) counts.keyFetchFailures += 1;
      const { message, code } = error as NodeJS.ErrnoException;
      // Node tries all addresses of a name, and the message of its AggregateError is empty.
      const reason = message || code;
      const used = areCarried && { keys: 'carried' };
      if (!isDown) {
        log.warn({ pool: pool.name, jwksUri: pool.jwksUri, reason, ...used }, 'signing keys could not be fetched');
      }
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

  // A first answer needs no fetch where keys are carried: loading what the fetch needs would only delay it.
  if (areCarried) setImmediate(() => void (isClosed || refresh()));
  else void refresh();
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
