import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { scriptArguments } from '../../harness/script.js';

/** What a process writes that makes a function's log, does this, and is killed at once. */
async function written(work: string) {
  const contents = `
    import { createLog } from './app/platform/lambda/log.js';
    const log = createLog('info');
    ${work}
    process.kill(process.pid, 'SIGKILL');`;
  const { signal, stdout } = spawnSync(process.execPath, await scriptArguments(contents), { encoding: 'utf8' });
  const lines = stdout.split('\n').filter(Boolean);
  return { signal, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('a line is written before the call returns: Lambda freezes a function that has responded', async () => {
  const { signal, lines } = await written(`log.debug('no'); log.info({ a: 1 }, 'first'); log.warn('second');`);
  expect(signal).toBe('SIGKILL');
  expect(lines).toEqual([
    { level: 30, time: expect.any(Number), a: 1, msg: 'first' },
    { level: 40, time: expect.any(Number), msg: 'second' },
  ]);
});

test('an error has its stack', async () => {
  const { lines } = await written(`log.error({ error: new Error('no') }, 'failed');`);
  expect(lines).toMatchObject([{ msg: 'failed', error: { stack: expect.stringMatching(/^Error: no\n {4}at /) } }]);
});
