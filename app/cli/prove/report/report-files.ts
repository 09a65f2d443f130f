import { sign, type KeyObject } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, writePrivateFile } from '../../state/private-file.js';
import type { AccessReport } from '../access-report.js';
import { markdownOf } from './markdown.js';
import { pageOf } from './page.js';

const SIGNATURE = 'access.json.sig';

/**
 * Writes `access.json`, `access.html` and `access.md` to `directory`, and with an Ed25519 key `access.json.sig`, the 64 bytes of its signature; without one, removes the
 * signature of an older report. Each file is replaced atomically, mode 0600. Returns the paths. Throws `state_unwritable`, `disk_full`.
 */
export async function writeReportFiles(
  report: AccessReport,
  directory: string,
  { signingKey }: { signingKey?: KeyObject | undefined } = {},
): Promise<string[]> {
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const files: [name: string, data: string | Uint8Array][] = [
    ['access.json', json],
    ['access.html', pageOf(report)],
    ['access.md', markdownOf(report)],
  ];
  makePrivateDirectory(directory);
  if (signingKey) files.push([SIGNATURE, sign(null, Buffer.from(json), signingKey)]);
  else rmSync(join(directory, SIGNATURE), { force: true });
  return files.map(([name, data]) => {
    const path = join(directory, name);
    writePrivateFile(path, data);
    return path;
  });
}
