import { poolOf } from '../context.js';
import { poolId } from '../input/fields.js';
import { reads } from '../operation.js';
import type { Pool } from '../state/state.js';

const MAX_REMEMBERED = 1000;

/** Removes a client and what was set for it alone, and remembers its id. */
export function removeClient(pool: Pool, clientId: string): void {
  pool.clients.delete(clientId);
  pool.uiCustomizations?.delete(clientId);
  pool.riskConfigurations?.delete(clientId);
  pool.ssoMinutes?.delete(clientId);
  for (const items of [pool.brandings, pool.terms])
    for (const [id, item] of items ?? []) if (item.clientId === clientId) items?.delete(id);
  pool.deletedClients = [...(pool.deletedClients ?? []), clientId].slice(-MAX_REMEMBERED);
}

/** For the seed alone, no operation of Cognito: the ids of the newest 1,000 clients that were deleted. */
export const listDeletedClients = reads({ UserPoolId: poolId }, (context, { UserPoolId }) => ({
  ClientIds: poolOf(context, UserPoolId).deletedClients ?? [],
}));
