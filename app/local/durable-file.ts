import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, lstat, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StartError } from '../platform/config/start-error.js';

const OTHERS = 0o077;
const DRAFT = /\.[0-9a-f-]{36}\.tmp$/u;

/**
 * Creates `dir` and its missing parents, mode 0700. One that exists is accepted only if it is a directory, no symbolic
 * link, belongs to this user, and is closed to everyone else. Throws a StartError that says what to change.
 */
export async function ensurePrivateDirectory(dir: string): Promise<void> {
  // With a slash at its end, lstat would follow a symbolic link.
  const path = resolve(dir);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    checkDirectory(dir, await lstat(path));
    await access(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    const { message } = cause as Error;
    throw new StartError(
      `Can't write to the directory ${dir} (${message}). Make it writable, or set LOCAL_DIR to one that is.`,
      { cause },
    );
  }
}

function checkDirectory(dir: string, stats: Stats): void {
  if (stats.isSymbolicLink())
    throw new StartError(`${dir} is a symbolic link. Set LOCAL_DIR to the directory that it points to.`);
  if (!isOwn(stats.uid))
    throw new StartError(
      `${dir} belongs to another user (uid ${stats.uid}), and keys and passwords would be in it. ` +
        'Set LOCAL_DIR to a directory of your own.',
    );
  if ((stats.mode & OTHERS) !== 0)
    throw new StartError(
      `${dir} is accessible to other users (mode ${(stats.mode & 0o777).toString(8)}), and keys and passwords are in it. ` +
        `Run \`chmod 700 ${dir}\`, or set LOCAL_DIR to another directory.`,
    );
}

/**
 * The text of `path`, or undefined if there is no such file. Throws a StartError for a symbolic link, for what is no
 * regular file, for a file of another user, and for one that can't be read.
 */
export async function readIfPresent(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a FIFO would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (!isOwn(stats.uid)) throw new Error(`it belongs to another user, uid ${stats.uid}`);
    return await file.readFile('utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const reason = code === 'ELOOP' ? 'it is a symbolic link' : message;
    throw new StartError(`Can't read ${path} (${reason}). Fix its permissions, or move it away.`, { cause });
  } finally {
    await file?.close();
  }
}

/**
 * Replaces `path` with a file that holds `text`, mode 0600: readers see the old text or the new one, and once this
 * returns a power cut loses nothing (write a draft, fsync, rename, fsync the directory). A symbolic link at `path` is
 * replaced, not followed. Throws a StartError, and leaves the old text, where that fails, as on a full disk.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await createExclusively(draft, text);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const { message } = cause as Error;
    throw new StartError(`Can't write ${path} (${message}). Fix that, or set LOCAL_DIR to another directory.`, {
      cause,
    });
  }
  await syncDirectory(dirname(path));
}

/** Creates `path`, mode 0600, synced to disk; throws EEXIST if anything is there, a symbolic link included (O_EXCL). */
export async function createExclusively(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Appends `text` to `path`, created with mode 0600 if it is missing, and returns once it is on disk. Throws a StartError
 * for a symbolic link, for what is no regular file, and for a file of another user or accessible to one.
 */
export async function appendDurably(path: string, text: string): Promise<void> {
  let file: FileHandle | undefined;
  try {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
    file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (!isOwn(stats.uid)) throw new Error(`it belongs to another user, uid ${stats.uid}`);
    if ((stats.mode & OTHERS) !== 0) throw new Error('it is accessible to other users');
    await file.appendFile(text);
    await file.sync();
    if (stats.size === 0) await syncDirectory(dirname(path));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ELOOP' ? 'it is a symbolic link' : message;
    throw new StartError(`Can't append to ${path} (${reason}). Fix its permissions, or move it away.`, { cause });
  } finally {
    await file?.close();
  }
}

/** Removes the drafts that killed processes left in `dir`. Only for the process that holds the directory's lock. */
export async function removeDrafts(dir: string): Promise<void> {
  const drafts = (await readdir(dir)).filter((name) => DRAFT.test(name));
  await Promise.all(drafts.map((name) => rm(`${dir}/${name}`, { force: true })));
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Windows has no user ids: there the profile directory's access list is what protects. */
const isOwn = (uid: number) => process.getuid === undefined || uid === process.getuid();
