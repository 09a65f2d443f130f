import type { Machines, Profile } from '../platform/contract/profile.js';
import { ensurePrivateDirectory, writeDurably } from './durable-file.js';
import type { LocalCognito } from './start.js';

/** The local Cognito and the API that trusts it. */
type Running = Pick<LocalCognito, 'cognitoEndpoint' | 'region' | 'pools' | 'machines'> & { apiUrl: string };

/**
 * Writes into `dir`: `profile.json`, what people need in order to sign in and call, and `machines.json`, the machine
 * clients with their secrets; each mode 0600, each whole or not at all. Throws StartError when `dir` can't be used.
 */
export async function writeProfile(dir: string, { apiUrl, cognitoEndpoint, region, ...local }: Running): Promise<void> {
  const profile: Profile = { apiUrl, cognitoEndpoint, region, pools: local.pools };
  const machines: Machines = Object.fromEntries(
    Object.entries(local.machines).map(([name, { clientId, clientSecret, tokenUrl, scopes }]) => [
      name,
      { clientId, clientSecret, tokenUrl, scopes },
    ]),
  );
  await ensurePrivateDirectory(dir);
  await writeDurably(`${dir}/profile.json`, toJson(profile));
  await writeDurably(`${dir}/machines.json`, toJson(machines));
}

const toJson = (content: object) => `${JSON.stringify(content, null, 2)}\n`;
