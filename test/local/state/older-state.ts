import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes members from the state file of a stopped emulator, which then is as an earlier version wrote it. */
export async function removeFromState(dir: string, members: readonly string[]): Promise<void> {
  const path = join(dir, 'cognito.json');
  const [header = '', body = ''] = (await readFile(path, 'utf8')).split('\n');
  const state: unknown = JSON.parse(body, (key, value: unknown) => (members.includes(key) ? undefined : value));
  const older = JSON.stringify(state);
  const sha256 = createHash('sha256').update(older).digest('base64url');
  await writeFile(path, `${JSON.stringify({ ...(JSON.parse(header) as object), sha256 })}\n${older}\n`);
}
