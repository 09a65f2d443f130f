import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

const TOOLS = ['terraform', 'moto_server'];

/**
 * `describe` for tests that deploy to an emulated AWS. On a machine that lacks the tools they are skipped, or with
 * REQUIRE_CLOUD=1 an error.
 */
export const describeInCloud = isSkipped() ? describe.skip : describe;

function isSkipped() {
  const missing = TOOLS.filter((tool) => !isOnPath(tool));
  if (missing.length === 0) return false;
  const lacking = `${missing.join(' and ')} not found on the PATH`;
  if (process.env['REQUIRE_CLOUD'] === '1') throw new Error(`REQUIRE_CLOUD=1, but ${lacking}`);
  process.stderr.write(`Tests on an emulated AWS are skipped: ${lacking}.\n`);
  return true;
}

function isOnPath(tool: string) {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
