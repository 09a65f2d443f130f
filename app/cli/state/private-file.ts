import { closeSync, fstatSync, openSync, readFileSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, systemCode } from '../failure.js';
import type { Runtime } from '../runtime.js';

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/** The text of a file that nobody else can read, or undefined where there is none. Throws `state_exposed`, `state_unreadable`. */
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
      refuseOthers(path, fstatSync(file), OTHERS, uid);
      refuseOthers(dirname(path), statSync(dirname(path)), OTHERS_WRITE, uid);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

/** What is secret must be ours alone; and whoever may write the directory may put another file in its place. */
function refuseOthers(path: string, { mode, uid: owner }: Stats, forbidden: number, uid: number | undefined) {
  const isForeign = uid !== undefined && owner !== uid;
  if (!isForeign && (mode & forbidden) === 0) return;
  throw new Failure('unexpected', 'state_exposed', {
    message: isForeign
      ? `${path} belongs to another user (uid ${owner}), so it is not trusted with secrets.`
      : `${path} is open to other users (mode ${(mode & 0o777).toString(8)}), and secrets are in it.`,
    hint: isForeign ? `chown ${uid} '${path}'` : `chmod go-rwx '${path}'; if others use this machine, sign in again.`,
  });
}

function unreadable(path: string, error: unknown) {
  return new Failure('unexpected', 'state_unreadable', {
    message: `${path} can't be read (${systemCode(error)}). It was left as it is.`,
    hint: `Mend its permissions, or move it away: mv '${path}' '${path}.old'`,
    cause: error,
  });
}
