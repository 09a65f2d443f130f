import { describe, expect, test } from '@jest/globals';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../../app/platform/node/log.js';
import { scratchDirectory } from '../../harness/server-process.js';

test('each line is written at once, as JSON', async () => {
  const directory = await scratchDirectory();
  const path = join(directory.path, 'log');
  const log = createLog('info', openSync(path, 'w'));
  log.info({ status: 200 }, 'request');
  log.debug('nobody sees this');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    level: 30,
    time: expect.any(Number),
    status: 200,
    msg: 'request',
  });
  await directory.remove();
});

// Linux has a device whose writes fail as on a full disk.
(existsSync('/dev/full') ? describe : describe.skip)('on a full disk', () => {
  test('a log ends nothing, and what it keeps is bounded', () => {
    const log = createLog('info', openSync('/dev/full', 'w'));
    const line = 'x'.repeat(100_000);
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 500; count += 1) log.info(`${count}${line}`);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });
});
