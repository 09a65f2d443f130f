import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kept } from '../../app/cli/session/session.js';
import type { Person } from './environment.js';

/** Every file and directory under the person's home, with its mode. */
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
export async function keptPath(person: Person, { pool = 'customers', profile = 'local' }: Which = {}): Promise<string> {
  const name = new RegExp(`/${profile}/${pool}[.][^/]*[.]json$`);
  const found = (await everyPath(person)).find(({ path }) => name.test(path));
  if (!found) throw new Error(`Nothing is kept for ${pool} of ${profile}`);
  return found.path;
}

export async function readKept(person: Person, which?: Which): Promise<Kept> {
  return JSON.parse(await readFile(await keptPath(person, which), 'utf8')) as Kept;
}

/** Has all kept tokens of a pool expire now, or in so many milliseconds, as far as this machine knows. */
export async function expireKept(person: Person, { inMs = 0, ...which }: Which & { inMs?: number } = {}) {
  const kept = await readKept(person, which);
  const at = Date.now() + inMs;
  for (const session of kept.sessions) {
    Object.assign(session, { expiresAt: { access: at, id: at }, obtainedAt: at - 3_600_000 });
  }
  await writeFile(await keptPath(person, which), JSON.stringify(kept));
}
