import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredSessions } from '../../app/cli/session/session-store.js';
import type { Person } from './environment.js';

/** Every file and directory under the person's home directory, with its mode. */
export async function everyPath({ home }: Person) {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path, isFile: entry.isFile(), mode: ((await stat(path)).mode & 0o777).toString(8) };
    }),
  );
}

interface Which {
  pool?: string;
  profile?: string;
}

/** The file with the person's tokens of a pool. */
export async function sessionFile(
  person: Person,
  { pool = 'customers', profile = 'local' }: Which = {},
): Promise<string> {
  const name = new RegExp(`/${profile}/${pool}[.][^/]*[.]json$`);
  const found = (await everyPath(person)).find(({ path }) => name.test(path));
  if (!found) throw new Error(`No tokens are stored for ${pool} of ${profile}`);
  return found.path;
}

export async function readStored(person: Person, which?: Which): Promise<StoredSessions> {
  return JSON.parse(await readFile(await sessionFile(person, which), 'utf8')) as StoredSessions;
}

/** Makes the command believe that the stored tokens of a pool expire now, or in so many milliseconds. */
export async function expireTokens(person: Person, { inMs = 0, ...which }: Which & { inMs?: number } = {}) {
  const stored = await readStored(person, which);
  const at = Date.now() + inMs;
  for (const session of stored.sessions) {
    Object.assign(session, { expiresAt: { access: at, id: at }, obtainedAt: at - 3_600_000 });
  }
  await writeFile(await sessionFile(person, which), JSON.stringify(stored));
}
