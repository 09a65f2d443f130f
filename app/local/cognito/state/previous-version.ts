import type { AttributeSchema, Client, Pool, State } from './state.js';

/** What versions before 2026-12 stored of a pool: the names of its custom attributes. */
type PreviousPool = Omit<Pool, NewMember> & Partial<Pick<Pool, NewMember>> & { customAttributes?: string[] };
type NewMember = 'firstFactors' | 'schema' | 'usernameAttributes';

/** Gives the members that an earlier version didn't store their defaults. */
export function addMissingMembers(state: State): State {
  for (const pool of state.pools.values()) {
    addPoolMembers(pool);
    for (const client of pool.clients.values()) addClientMembers(client);
  }
  return state;
}

function addPoolMembers(pool: PreviousPool): void {
  pool.schema ??= (pool.customAttributes ?? []).map(customString);
  pool.usernameAttributes ??= [];
  pool.firstFactors ??= ['PASSWORD'];
  delete pool.customAttributes;
}

function addClientMembers(client: Client): void {
  const { WriteAttributes }: { WriteAttributes?: string[] } = JSON.parse(client.settings);
  if (WriteAttributes) client.writeAttributes ??= WriteAttributes;
}

const customString = (name: string): AttributeSchema => ({
  name,
  type: 'String',
  mutable: true,
  required: false,
  developerOnly: false,
});
