import { notFound } from './errors.js';
import type { Keys } from './pools/keys.js';
import type { Strangers } from './users/lockout.js';
import type { Passwords } from './users/passwords.js';
import type { Client, Pool, State } from './state/state.js';

/** What every operation works with. */
export interface Context {
  state: State;
  keys: Keys;
  passwords: Passwords;
  strangers: Strangers;
  region: string;
  /** Where the stand-in listens, without a slash at the end. */
  endpoint: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A pool's issuer: the endpoint and the pool's id, as in Cognito. */
export const issuerOf = (context: Context, pool: Pool) => `${context.endpoint}/${pool.id}`;

/** Throws ResourceNotFoundException. */
export function poolOf(context: Context, poolId: string): Pool {
  const pool = context.state.pools.get(poolId);
  if (!pool) throw notFound(`User pool ${poolId} does not exist.`);
  return pool;
}

/** Throws ResourceNotFoundException, for a client of another pool as well. */
export function clientOf(pool: Pool, clientId: string): Client {
  const client = pool.clients.get(clientId);
  if (!client) throw notFound(`User pool client ${clientId} does not exist.`);
  return client;
}

/** A client by its id alone, as the operations for apps name it, and the pool that it belongs to. */
export function clientAnywhere(context: Context, clientId: string): { pool: Pool; client: Client } {
  const found = findClient(context, clientId);
  if (!found) throw notFound(`User pool client ${clientId} does not exist.`);
  return found;
}

export function findClient(context: Context, clientId: string): { pool: Pool; client: Client } | undefined {
  for (const pool of context.state.pools.values()) {
    const client = pool.clients.get(clientId);
    if (client) return { pool, client };
  }
  return undefined;
}
