import { invalidParameter } from '../errors.js';
import type { Pool } from '../state/state.js';
import type { ClientRequest } from './settings.js';

/** The pool itself as an identity provider. */
const POOL_ITSELF = 'COGNITO';

/** Throws InvalidParameterException for a provider that the pool lacks. */
export function checkProviders(pool: Pool, { SupportedIdentityProviders = [] }: ClientRequest): void {
  const unknown = SupportedIdentityProviders.find((name) => name !== POOL_ITSELF && !pool.providers?.has(name));
  if (unknown !== undefined) throw invalidParameter(`The provider ${unknown} does not exist for User Pool ${pool.id}.`);
}

/** Removes the provider from every client that names it. */
export function forgetProvider(pool: Pool, name: string): void {
  for (const client of pool.clients.values()) {
    const settings: ClientRequest = JSON.parse(client.settings);
    const rest = settings.SupportedIdentityProviders?.filter((provider) => provider !== name);
    if (rest) client.settings = JSON.stringify({ ...settings, SupportedIdentityProviders: rest });
  }
}
