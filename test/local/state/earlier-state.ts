import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readyKeys } from '../fast-crypto.js';

/** Of the client without a secret in `earlier-state.json`, and when the file was written. */
export const CLIENT_ID = 'uld1cnkiid3qko7m1gkai4gpa4';
export const USER_POOL_ID = 'us-east-1_8jPayCh5v';
export const WRITTEN_AT = 1_795_667_192_000;

/**
 * Writes the state that commit b7ae4fc left, before accounts came: users `ada`, with the password `Passw0rd!`, and `bob`,
 * with the temporary one `Temp-passw0rd`. Its private keys are new ones, since none belongs into a repository.
 */
export async function writeEarlierState(dir: string): Promise<void> {
  const text = await readFile(join('test', 'local', 'state', 'earlier-state.json'), 'utf8');
  let count = 0;
  const state: unknown = JSON.parse(text, (name, value: unknown) =>
    name === 'privateKey' ? readyKeys[count++] : value,
  );
  const body = JSON.stringify(state);
  const sha256 = createHash('sha256').update(body).digest('base64url');
  const header = JSON.stringify({ version: 1, sha256 });
  await writeFile(join(dir, 'cognito.json'), `${header}\n${body}\n`, { mode: 0o600 });
}
