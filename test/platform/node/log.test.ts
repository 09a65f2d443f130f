import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

let directory: string;
let bundle: string;
beforeAll(async () => {
  // Inside the project, where node_modules is found.
  directory = await mkdtemp('dist/log-');
  bundle = join(directory, 'log.mjs');
  await build({
    entryPoints: ['app/platform/node/log.ts'],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
});
afterAll(() => rm(directory, { recursive: true }));

/** The exit status of a process that logs to the file and ends with status 7. */
async function logTo(path: string, script: string) {
  const file = openSync(path, 'w');
  const setUp = `import { createLog } from './${bundle}'; const log = createLog('info');`;
  const args = ['--input-type=module', '--eval', `${setUp}${script}; setTimeout(() => process.exit(7), 50);`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', file, 'inherit'], timeout: 10_000 });
  const [status] = (await once(child, 'close')) as [number | null];
  closeSync(file);
  return status;
}

test('lines are JSON, of the level and above, and all of them written when the process ends', async () => {
  const path = join(directory, 'log');
  expect(await logTo(path, "log.debug('b'); setTimeout(() => log.info({ status: 200 }, 'request'), 49)")).toBe(7);
  const line = { level: 30, time: expect.any(Number), status: 200, msg: 'request' };
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(line);
});

// Linux has a device whose writes fail as on a full disk.
(existsSync('/dev/full') ? describe : describe.skip)('on a full disk', () => {
  test('a process goes on without its log, and ends when it wants to', async () => {
    expect(await logTo('/dev/full', "setInterval(() => log.info('x'.repeat(100_000)), 1)")).toBe(7);
  });
});
