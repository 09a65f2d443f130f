import { rm } from 'node:fs/promises';
import type { LocalTable, Machines, Profile } from '../platform/contract/profile.js';
import { ensurePrivateDirectory, writeDurably } from './durable-file.js';
import type { LocalCognito } from './start.js';

/** The local Cognito and the API that trusts it. */
type Running = Pick<LocalCognito, 'cognitoEndpoint' | 'region' | 'pools' | 'machines'> & {
  apiUrl: string;
  /** Absent where the API uses a table in AWS. */
  table?: LocalTable | undefined;
};

/**
 * Writes into `dir`: `profile.json`, what people need in order to sign in and call, and `machines.json`, the machine
 * clients with their secrets, and `table.json`, where the local table is; each mode 0600, each whole or not at all. Throws
 * StartError when `dir` can't be used.
 */
export async function writeProfile(dir: string, running: Running): Promise<void> {
  const { apiUrl, cognitoEndpoint, region, table, ...local } = running;
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
  if (table) {
    const { name, region: tableRegion, endpoint } = table;
    await writeDurably(`${dir}/table.json`, toJson({ name, region: tableRegion, endpoint }));
  } else await rm(`${dir}/table.json`, { force: true });
}

const toJson = (content: object) => `${JSON.stringify(content, null, 2)}\n`;
