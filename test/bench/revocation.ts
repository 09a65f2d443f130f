import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Request, RequestHandler } from 'express';
import pino from 'pino';
import { createGuard } from '../../app/platform/auth/guard.js';
import { startPoolKeys, type TrustedPool } from '../../app/platform/auth/pool-keys.js';
import { createRevocationGuard } from '../../app/platform/revocation/revocation-guard.js';
import { customers } from '../harness/fixture-api/access.js';
import { encode, startIssuer, type Issuer } from '../harness/issuer.js';
import type { Measurement } from './measurement.js';
import { median, ratio } from './statistics.js';

const ROUNDS = 30;
const CALLS = 20_000;
const CALLERS = 10_000;
const SIMULATED_SECONDS = 20;

const log = pino({ level: 'silent' });
const allow = [customers] as const;

type Call = (token: string) => unknown;

/** Resolves to the middlewares in turn, as a route runs them. */
const calling =
  (...handlers: RequestHandler[]): Call =>
  async (token) => {
    const authorization = `Bearer ${token}`;
    const request = { headers: { authorization }, rawHeaders: ['Authorization', authorization], deadlineMs: Infinity };
    for (const handle of handlers)
      await handle(request as unknown as Request, {} as never, (problem?: unknown) => {
        if (problem) throw problem as Error;
      });
  };

/** The guard of another commit, BENCH_OLD, from its own sources. */
async function oldGuard(commit: string): Promise<typeof createGuard> {
  const folder = 'dist/bench/old';
  execFileSync('sh', ['-c', `mkdir -p ${folder} && git archive "$1" app/platform | tar -x -C ${folder}`, 'sh', commit]);
  const outfile = `${folder}/guard.js`;
  await build({
    entryPoints: [`${folder}/app/platform/auth/guard.ts`],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  const module = (await import(pathToFileURL(outfile).href)) as { createGuard: typeof createGuard };
  return module.createGuard;
}

/** What a call costs whose token is cached: on a route that doesn't ask, and on a revocable one whose answer is kept. */
async function measureCalls(pools: TrustedPool[], issuer: Issuer): Promise<Measurement> {
  const options = { pools, log, tokenCacheSize: 10_000 };
  const guard = createGuard(options)(allow);
  const revocable = createRevocationGuard({ revocations: { notBefore: async () => 0 }, log });
  const old = process.env['BENCH_OLD'];
  const kinds = new Map<string, Call>([
    ...(old === undefined
      ? []
      : [[`does not ask, at ${old}`, calling((await oldGuard(old))(options)(allow))] as const]),
    ['does not ask', calling(guard)],
    ['revocable', calling(guard, revocable(300))],
  ]);
  const tokens = Array.from({ length: 100 }, () => issuer.accessToken());
  const times = new Map([...kinds.keys()].map((name) => [name, [] as number[]]));
  const order = [...kinds];
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const [name, call] of order) {
      const { user, system } = process.cpuUsage();
      for (let each = 0; each < CALLS; each += 1) await call(tokens[each % tokens.length] ?? '');
      const spent = process.cpuUsage();
      if (round >= 0) times.get(name)?.push((spent.user - user + spent.system - system) / CALLS);
    }
    order.push(...order.splice(0, 1));
  }
  const [first = []] = times.values();
  const rows = [...times].map(([name, all]) => [name, median(all).toFixed(2), ratio(all, first).toFixed(2)]);
  return {
    name: 'A call with a cached token',
    how: `in process, CPU, medians of ${ROUNDS} interleaved rounds of ${CALLS}`,
    rows: [['route', 'µs', 'of the first'], ...rows],
  };
}

/** How often the table is read for callers who call once a second, by the route's delay, on a clock that the loop moves. */
async function measureReads(): Promise<Measurement> {
  const rows: string[][] = [];
  for (const delay of [1, 5, 10]) {
    let [nowMs, reads] = [0, 0];
    const notBefore = async () => {
      reads += 1;
      return 0;
    };
    const guard = createRevocationGuard({ revocations: { notBefore }, log, now: () => nowMs })(delay);
    const requests = Array.from({ length: CALLERS }, (_, index) => {
      const authorization = `Bearer header.${encode({ iat: 1, origin_jti: `sign-in-${index}` })}.signature`;
      const caller = { pool: 'customers', subject: `caller-${index}` };
      return { headers: { authorization }, rawHeaders: [], caller, deadlineMs: Infinity } as unknown as Request;
    });
    for (nowMs = 0; nowMs < SIMULATED_SECONDS * 1000; nowMs += 1000)
      await Promise.all(requests.map((request) => guard(request, {} as never, () => undefined)));
    rows.push([`${delay} s`, (reads / SIMULATED_SECONDS).toFixed(0)]);
  }
  return {
    name: 'Reads of the table',
    how: `${CALLERS} callers, each once a second for ${SIMULATED_SECONDS} s`,
    rows: [['delay', 'reads/s'], ...rows],
  };
}

/** Revocable routes, and what they cost the others. BENCH_OLD names a commit whose guard is measured beside today's. */
export async function* measure(): AsyncGenerator<Measurement> {
  const issuer = await startIssuer();
  const pools = startPoolKeys([issuer.pool], { refreshSeconds: 600, log });
  await Promise.all(pools.map(({ keys }) => keys.refresh()));
  yield await measureCalls(pools, issuer);
  yield await measureReads();
  for (const { keys } of pools) keys.close();
  await issuer.close();
}
