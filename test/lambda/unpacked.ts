import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';

/** A directory that holds what a zip, a file or its bytes, holds, as Lambda unpacks it, until it is removed. */
export function unpack(zip: string | Uint8Array) {
  const directory = mkdtempSync(path.join(tmpdir(), 'function-'));
  for (const [name, bytes] of Object.entries(unzipSync(typeof zip === 'string' ? readFileSync(zip) : zip))) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), bytes);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}
