import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, systemCode } from '../failure.js';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Makes the directory, mode 0700, and what is missing above it. Throws `state_unwritable` or `disk_full`. */
export function makePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Creates a file, mode 0600, that wasn't there; false if it was. */
export function createPrivateFile(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw unwritable(path, error);
  }
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw unwritable(path, error);
  } finally {
    closeSync(file);
  }
  return true;
}

/** Replaces the file whole, mode 0600: readers see the old text or the new one, even after a power cut. */
export function writePrivateFile(path: string, text: string): void {
  makePrivateDirectory(dirname(path));
  const draft = `${path}.${randomUUID()}.tmp`;
  createPrivateFile(draft, text);
  try {
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unwritable(path, error);
  }
  syncDirectory(dirname(path));
}

/** A renamed file survives a power cut once its directory is on disk; Windows can't, and needn't, do that. */
function syncDirectory(path: string) {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function unwritable(path: string, error: unknown) {
  const code = systemCode(error) ?? 'unknown reason';
  const isFull = NO_ROOM.has(code);
  return new Failure('unexpected', isFull ? 'disk_full' : 'state_unwritable', {
    message: `${path} can't be written: ${isFull ? 'there is no room left on its disk' : 'it is refused'} (${code}). What was there is unchanged.`,
    hint: isFull ? 'Make room and run the command again.' : `Make ${dirname(path)} writable and run the command again.`,
    cause: error,
  });
}
