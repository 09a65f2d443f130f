import { COMMAND_CALLBACK_URLS } from './command-callbacks.js';
import type { PoolsDocument } from './pools.js';

/**
 * Origins of the pages that managed login returns to, which may therefore call the API. The command's addresses are no
 * pages, and those of apps have no origin. Terraform makes the same list (`infra/managed-login.tf`).
 */
export function pageOrigins(pools: PoolsDocument): string[] {
  const commands = new Set<string>(COMMAND_CALLBACK_URLS);
  const addresses = Object.values(pools)
    .flatMap(({ clients }) => Object.values(clients))
    .flatMap((client) => (client.type === 'people' ? (client.managedLogin?.callbackUrls ?? []) : []))
    .filter((address) => /^https?:/.test(address) && !commands.has(address));
  return [...new Set(addresses.map((address) => new URL(address).origin))];
}
