import type { Logger } from 'pino';
import { createPoolKeys } from './pool-keys.js';
import type { Pool } from './pool.js';
import type { TrustedPool } from './strategy.js';

/** Trusts the pools, and starts at once to fetch the keys of each. */
export function startPoolKeys(
  pools: readonly Pool[],
  { refreshSeconds, log }: { refreshSeconds: number; log: Logger },
) {
  return pools.map((pool): TrustedPool => ({ pool, keys: createPoolKeys({ pool, refreshSeconds, log }) }));
}
