import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartError } from '../platform/config/start-error.js';
import { codeOf, messageOf } from './system-error.js';

/** Makes `dir` (mode 0700, parents too). Throws a StartError that says what to do when it can't be had. */
export async function ensurePrivateDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    if (!(await stat(dir)).isDirectory()) throw new Error('it is not a directory');
    const probe = `${dir}/.probe-${randomUUID()}`;
    await (await open(probe, 'wx', 0o600)).close();
    await rm(probe);
  } catch (cause) {
    throw new StartError(
      `Can't write to the directory ${dir} (${messageOf(cause)}). Make it writable, or set LOCAL_DIR to one that is.`,
      { cause },
    );
  }
}

/** The text of `path`, or undefined where there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new StartError(`Can't read ${path} (${messageOf(cause)}). Mend its permissions, or move it away.`, { cause });
  }
}

/**
 * Replaces `path` whole, mode 0600: readers see the old text or the new one, whatever happens in between, and once
 * this returns a power cut loses nothing (write, fsync, rename, fsync of the directory). One writer at a time.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`;
  await writeAndSync(draft, text);
  await rename(draft, path);
  await syncDirectory(dirname(path));
}

async function writeAndSync(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
