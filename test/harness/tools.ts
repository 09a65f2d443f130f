import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

/**
 * `describe` for tests that deploy to an emulated AWS. On a machine that lacks the tools they are skipped, or with
 * REQUIRE_CLOUD=1 an error.
 */
export const describeInCloud = describeWith('terraform', 'moto_server');

/** The same for tests that need other commands. */
export function describeWith(...tools: string[]) {
  const missing = tools.filter((tool) => !isOnPath(tool));
  if (missing.length === 0) return describe;
  const lacking = `${missing.join(' and ')} not found on the PATH`;
  if (process.env['REQUIRE_CLOUD'] === '1') throw new Error(`REQUIRE_CLOUD=1, but ${lacking}`);
  process.stderr.write(`Tests are skipped: ${lacking}.\n`);
  return describe.skip;
}

export function isOnPath(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
