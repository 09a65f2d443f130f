import { cognitoIssuers } from '../../platform/auth/pool.js';
import { notFound } from './errors.js';
import type { Outbox } from './outbox/outbox.js';
import type { Keys } from './pools/keys.js';
import type { TriggerRunner } from './triggers/runner.js';
import type { UnknownNames } from './users/lockout.js';
import type { Passwords } from './users/passwords.js';
import type { ImportJob } from './state/administration.js';
import type { Client, Pool, State, User } from './state/state.js';

/** What every operation works with. */
export interface Context {
  state: State;
  keys: Keys;
  passwords: Passwords;
  unknownNames: UnknownNames;
  outbox: Outbox;
  region: string;
  /** Where the local Cognito listens, without a slash at the end. */
  endpoint: string;
  /** Whether tokens carry that address as issuer, or Cognito's own. */
  issuer: 'local' | 'aws';
  /** Milliseconds since 1970. */
  now: () => number;
  triggers: TriggerRunner;
  /** What the request hands to triggers: ClientMetadata, and ValidationData. */
  clientMetadata?: Readonly<Record<string, string>> | undefined;
  validationData?: Readonly<Record<string, string>> | undefined;
  /** Imports the users of a job in the background. */
  startImport: (pool: Pool, job: ImportJob) => void;
  /** How a sign-in ends that isn't the API's; absent where it ends with tokens. */
  completeSignIn?: (user: User) => object;
}

/** A pool's issuer: the emulator's address and the pool's id, or Cognito's own. */
export const issuerOf = ({ issuer, endpoint }: Pick<Context, 'issuer' | 'endpoint'>, { id }: Pick<Pool, 'id'>) =>
  issuer === 'aws' ? cognitoIssuers(id)[0] : `${endpoint}/${id}`;

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

/** A client and its pool, by the client's id alone, as in the operations for apps. Throws ResourceNotFoundException. */
export function clientById(context: Context, clientId: string): { pool: Pool; client: Client } {
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
