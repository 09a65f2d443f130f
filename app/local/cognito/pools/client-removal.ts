import type { Pool } from '../state/state.js';

/** Removes a client and what was set for it alone. */
export function removeClient(pool: Pool, clientId: string): void {
  pool.clients.delete(clientId);
  pool.uiCustomizations?.delete(clientId);
  pool.riskConfigurations?.delete(clientId);
  pool.ssoMinutes?.delete(clientId);
  for (const items of [pool.brandings, pool.terms])
    for (const [id, item] of items ?? []) if (item.clientId === clientId) items?.delete(id);
}
