import { zipSync } from 'fflate';

// ZIP knows no time zone: a local midnight is the same bytes everywhere.
const MTIME = new Date(1980, 0, 1);
const UNIX = 3;
const MODE = 0o100644 << 16;

/**
 * A ZIP that depends on the files' names and contents alone. (Node's own zlib deflates differently by processor.)
 * @type {(files: Record<string, Uint8Array>) => Uint8Array}
 */
export function zip(files) {
  const entries = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(entries), { level: 9, mtime: MTIME, os: UNIX, attrs: MODE });
}
