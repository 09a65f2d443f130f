import type { Machines, Profile } from '../platform/contract/profile.js';
import { ensurePrivateDirectory, writeDurably } from './durable-file.js';
import type { LocalCognito } from './start.js';

/**
 * Writes `profile.json`, what people need in order to sign in and call, and `machines.json`, the machine clients with
 * their secrets, into `dir`; each mode 0600, each whole or not at all. Throws StartError when `dir` can't be used.
 */
export async function writeProfile(
  dir: string,
  apiUrl: string,
  cognito: Pick<LocalCognito, 'cognitoEndpoint' | 'region' | 'pools' | 'machines'>,
): Promise<void> {
  const { cognitoEndpoint, region, pools } = cognito;
  const profile: Profile = { apiUrl, cognitoEndpoint, region, pools };
  const machines: Machines = Object.fromEntries(
    Object.entries(cognito.machines).map(([name, { clientId, clientSecret, tokenUrl, scopes }]) => [
      name,
      { clientId, clientSecret, tokenUrl, scopes },
    ]),
  );
  await ensurePrivateDirectory(dir);
  await writeDurably(`${dir}/profile.json`, `${JSON.stringify(profile, null, 2)}\n`);
  await writeDurably(`${dir}/machines.json`, `${JSON.stringify(machines, null, 2)}\n`);
}
