import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createContext } from '../../app/cli/context.js';
import { scratchDirectory, startServer, type ServerProcess } from '../harness/server-process.js';
import { endure } from '../bench/endurance.js';
import { load, readOptions } from '../bench/load.js';

let directory: Awaited<ReturnType<typeof scratchDirectory>>;
let server: ServerProcess;
beforeAll(async () => {
  directory = await scratchDirectory();
  server = await startServer({ LOCAL_DIR: join(directory.path, 'local'), METRICS: 'on' }, { dist: 'dist' });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
  await directory.remove();
});

function context() {
  const env = { LOCAL_DIR: join(directory.path, 'local'), XDG_STATE_HOME: join(directory.path, 'state') };
  const runtime = {
    env,
    stdin: process.stdin,
    stderr: process.stderr,
    platform: process.platform,
    cwd: process.cwd(),
    uid: process.geteuid?.(),
    stdoutIsTerminal: false,
    write: (_fd: number, data: Uint8Array) => data.length,
    now: Date.now,
  };
  const dist = pathToFileURL(`${join(process.cwd(), 'dist')}/`);
  return createContext(runtime, dist, { profile: 'local', input: false, color: false, quiet: true });
}

interface Line {
  readonly msg?: string;
  readonly status: number;
  readonly code?: string;
  readonly requests: number;
  readonly refusals: number;
  readonly serverErrors: number;
}

test('a load has the answers that the routes declare, and the same counts as the log and its metrics', async () => {
  const report = await load(context(), readOptions({ RATE: '200', DURATION: '2' }));
  expect(report).toMatchObject({ wrong: {}, unanswered: 0 });

  // Before the load, one call asks whether the API can be reached.
  const [, ...lines] = server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .filter(({ msg }) => msg === 'request');
  const logged: Record<string, number> = {};
  for (const { status, code } of lines) {
    const answer = code === undefined ? `${status}` : `${status} ${code}`;
    logged[answer] = (logged[answer] ?? 0) + 1;
  }
  const reported: Record<string, number> = { ...report.answers.valid };
  for (const [answer, count] of Object.entries(report.answers.bad)) reported[answer] = (reported[answer] ?? 0) + count;
  expect(logged).toEqual(reported);
  expect(Object.values(reported).reduce((sum, count) => sum + count, 0)).toBe(400);

  const sum = (metric: 'requests' | 'refusals' | 'serverErrors') =>
    lines.reduce((total, line) => total + line[metric], 0);
  const refused = Object.entries(reported).filter(([answer]) => /^40[13]/.test(answer));
  expect(sum('requests')).toBe(400);
  expect(sum('refusals')).toBe(refused.reduce((total, [, count]) => total + count, 0));
  expect(sum('serverErrors')).toBe(0);
}, 60_000);

test('a load names each caller that an API without a guard lets in', async () => {
  const open = createServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1');
  await once(open, 'listening');
  const URL = `http://127.0.0.1:${(open.address() as AddressInfo).port}`;
  const { wrong } = await load(context(), readOptions({ URL, RATE: '200', DURATION: '1' }));
  open.close();
  const guarded = Object.keys(wrong).filter((call) => call.endsWith('as no token: 200'));
  expect(guarded.length).toBeGreaterThan(0);
  expect(guarded).not.toContain('GET /health as no token: 200');
}, 60_000);

test('an endurance run finds the rate that it takes, and log, metrics and report agree', async () => {
  const { capacity, rate, report, log, findings } = await endure({ seconds: 3, bad: 20 }, true);
  expect(findings).toEqual([]);
  expect(rate).toBe(Math.floor(capacity / 2));
  expect(log.metrics['requests']).toBe(rate * 3);
  expect(report.answers.bad['401 token_missing']).toBeGreaterThan(0);
}, 120_000);

test('a load of another address needs an approval, and of one that is none an address', async () => {
  const elsewhere = readOptions({ URL: 'https://api.example.com', RATE: '1', DURATION: '1' });
  await expect(load(context(), elsewhere)).rejects.toMatchObject({
    code: 'input_needed',
    hint: 'Approve it beforehand: make load APPROVE=yes',
  });
  expect(() => readOptions({ URL: 'api' })).toThrow('URL is no address: "api".');
  expect(() => readOptions({ RATE: '0' })).toThrow('RATE is a whole number from 1 to 100000, not "0".');
});
