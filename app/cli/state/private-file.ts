import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { Failure, systemCode } from '../failure.js';
import type { Runtime } from '../runtime.js';

const ANY_ACCESS_BY_OTHERS = 0o077;
const WRITE_ACCESS_BY_OTHERS = 0o022;
const DISK_FULL_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The text of a file that no other user can read, or undefined if there is none. Throws `state_exposed`, `state_unreadable`. */
export function readPrivateFile(
  path: string,
  { platform, uid }: Pick<Runtime, 'platform' | 'uid'>,
): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
  try {
    if (platform !== 'win32') {
      assertPrivate(path, fstatSync(file), ANY_ACCESS_BY_OTHERS, uid);
      // A user who can write the directory could replace the file.
      assertPrivate(dirname(path), statSync(dirname(path)), WRITE_ACCESS_BY_OTHERS, uid);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

function assertPrivate(path: string, { mode, uid: owner }: Stats, forbidden: number, uid: number | undefined) {
  const isForeign = uid !== undefined && owner !== uid;
  if (!isForeign && (mode & forbidden) === 0) return;
  throw new Failure('unexpected', 'state_exposed', {
    message: isForeign
      ? `${path} belongs to another user (uid ${owner}), so it is not trusted with secrets.`
      : `${path} is open to other users (mode ${(mode & 0o777).toString(8)}), and it holds secrets.`,
    hint: isForeign
      ? `chown ${uid} '${path}'`
      : `chmod go-rwx '${path}'; if other people use this machine, sign in again.`,
  });
}

/** Makes the directory, mode 0700, and its missing parents. Throws `state_unwritable` or `disk_full`. */
export function makePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Creates a file, mode 0600; false if it exists already. Throws `state_unwritable` or `disk_full`. */
export function createPrivateFile(path: string, data: string | Uint8Array): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw unwritable(path, error);
  }
  try {
    writeFileSync(file, data);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw unwritable(path, error);
  } finally {
    closeSync(file);
  }
  return true;
}

/** Replaces the file atomically, mode 0600: readers see the old content or the new one, even after a power cut. */
export function writePrivateFile(path: string, data: string | Uint8Array): void {
  makePrivateDirectory(dirname(path));
  const draft = `${path}.${randomUUID()}.tmp`;
  createPrivateFile(draft, data);
  try {
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unwritable(path, error);
  }
  syncDirectory(dirname(path));
}

/** A renamed file survives a power cut once its directory is on disk; Windows has no such call and needs none. */
function syncDirectory(path: string) {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function unreadable(path: string, error: unknown) {
  return new Failure('unexpected', 'state_unreadable', {
    message: `${path} can't be read (${systemCode(error)}). It was left as it is.`,
    hint: `Fix its permissions, or move it away: mv '${path}' '${path}.old'`,
    cause: error,
  });
}

function unwritable(path: string, error: unknown) {
  const code = systemCode(error) ?? 'unknown reason';
  const isFull = DISK_FULL_CODES.has(code);
  return new Failure('unexpected', isFull ? 'disk_full' : 'state_unwritable', {
    message: `${path} can't be written: ${isFull ? 'the disk is full' : 'permission denied'} (${code}). Its previous content is unchanged.`,
    hint: isFull
      ? 'Free some space and run the command again.'
      : `Make ${dirname(path)} writable and run the command again.`,
    cause: error,
  });
}
