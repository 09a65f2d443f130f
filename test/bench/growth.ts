import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Request } from 'express';
import pino from 'pino';
import { LAMBDA_BUNDLE } from '../../app/build/lambda-bundle.js';
import type { Allow } from '../../app/platform/auth/access-rules.js';
import { createGuard } from '../../app/platform/auth/guard.js';
import { createPool } from '../../app/platform/auth/pool.js';
import { createPoolKeys } from '../../app/platform/auth/pool-keys.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { LAMBDA_FLAGS, nodeBinary } from '../lambda/runtime/lambda-function.js';
import { createCandidates } from './candidates.js';
import { start, type Start } from './cold.js';
import type { Measurement } from './measurement.js';
import { NODE, roundsOr } from './options.js';
import { median, ratio } from './statistics.js';

const ROUNDS = roundsOr(15);
const CALLS = 10_000;
const NEW_TOKENS = 200;

const log = pino({ level: 'silent' });
const range = (length: number) => Array.from({ length }, (_, at) => at);

/** CPU microseconds of one of `calls` calls. */
async function cpuOf(calls: number, call: (at: number) => unknown) {
  const before = process.cpuUsage();
  for (let at = 0; at < calls; at += 1) await call(at);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

/** What the guard costs by what a token and the app hold, for a cached token and for one that must be verified. */
async function measureGuard(issuer: Issuer): Promise<Measurement> {
  const keys = createPoolKeys({ pool: issuer.pool, refreshSeconds: 600, log });
  await keys.refresh();

  function candidate(pools: number, groups: number) {
    const others = range(pools - 1).map((at) => ({
      pool: createPool(`pool${at}`, { userPoolId: `eu-west-1_Pool${at}`, clientIds: ['client'] }),
      keys,
    }));
    // The last group of the token is the one that the route asks for.
    const allow = [{ pool: issuer.pool.name, groups: [`group-${groups - 1}`] }] as unknown as Allow;
    const claims = { 'cognito:groups': range(groups).map((at) => `group-${at}`) };
    const requests = range(NEW_TOKENS).map(() => {
      const authorization = `Bearer ${issuer.accessToken(claims)}`;
      return { headers: { authorization }, rawHeaders: ['Authorization', authorization] } as unknown as Request;
    });
    const calling = (tokenCacheSize: number) => {
      const guard = createGuard({ pools: [...others, { pool: issuer.pool, keys }], log, tokenCacheSize })(allow);
      const next = (problem?: unknown) => {
        if (problem) throw problem as Error;
      };
      return (at: number) => guard(requests[at % NEW_TOKENS] as Request, {} as never, next);
    };
    return { cached: calling(10_000), verified: calling(0), cachedUs: [] as number[], verifiedUs: [] as number[] };
  }

  const candidates = new Map([
    ['1 pool, 1 group in the token', candidate(1, 1)],
    ['10 pools', candidate(10, 1)],
    ['10 groups', candidate(1, 10)],
    ['100 groups', candidate(1, 100)],
  ]);
  for (let round = -3; round < ROUNDS; round += 1) {
    for (const { cached, verified, cachedUs, verifiedUs } of candidates.values()) {
      const times = [await cpuOf(CALLS, cached), await cpuOf(NEW_TOKENS, verified)] as const;
      if (round < 0) continue;
      cachedUs.push(times[0]);
      verifiedUs.push(times[1]);
    }
  }
  keys.close();
  const [first] = candidates.values();
  return {
    name: 'Growth of the guard',
    how: `in process, CPU µs a call, medians of ${ROUNDS} interleaved rounds`,
    rows: [
      ['', 'cached', 'of the first row', 'first sight', 'of the first row'],
      ...Array.from(candidates, ([name, { cachedUs, verifiedUs }]) => [
        name,
        median(cachedUs).toFixed(2),
        ratio(cachedUs, first?.cachedUs ?? []).toFixed(2),
        median(verifiedUs).toFixed(1),
        ratio(verifiedUs, first?.verifiedUs ?? []).toFixed(2),
      ]),
    ],
  };
}

/** Paths of two segments, of three, and with a parameter; the last is the one that is called. */
const pathsOf = (routes: number) => [
  ...range(routes - 1).map((at) => `/resource${at >> 2}${['', '/{id}', '/{id}/part', '/new'][at % 4]}`),
  '/',
];

const ourLine = (each: string) => `
  route({
    method: 'GET', path: '${each}', allow: [customers], summary: 'What is at ${each}',
    responses: async () => ({ 200: (await schemas()).principal }), handle: () => respond(200, ['Welcome to AWS']),
  })`;

const ours = (routes: number) => `
  import { createGuard } from './app/platform/auth/guard.js';
  import { startPoolKeys } from './app/platform/auth/pool-keys.js';
  import { readLambdaSettings } from './app/platform/config/settings.js';
  import { createApp } from './app/platform/http/app.js';
  import { respond, routesFor } from './app/platform/http/route.js';
  import { createHandler, lambdaRequestHooks } from './app/platform/lambda/handler.js';
  import { createLog } from './app/platform/lambda/log.js';
  const { route } = routesFor();
  const customers = { pool: 'customers' };
  const schemas = () => import('./app/platform/auth/principal-schema.js');
  const routes = [${pathsOf(routes).map(ourLine).join()}];
  const settings = readLambdaSettings(process.env, {});
  const log = createLog(settings.LOG_LEVEL);
  const pools = startPoolKeys(settings.pools, { refreshSeconds: 600, log });
  const guard = createGuard({ pools, log });
  const app = createApp({ routes, services: undefined, guard, realm: 'bench', log, ...lambdaRequestHooks });
  export const handler = createHandler({ app, log });`;

const bare = (routes: number) => `
  import { configure } from '@vendia/serverless-express';
  import express from 'express';
  const app = express();
  ${pathsOf(routes)
    .map(
      (each) => `app.get('${each.replace('{id}', ':id')}', (_request, response) => { response.json(['Welcome']); });`,
    )
    .join('\n')}
  const serve = configure({ app });
  export const handler = async (event, context) => serve(event, context, () => undefined);`;

/** What an API of more routes costs, at its cold start and for a call of the route that stands last. */
async function measureRoutes(): Promise<Measurement> {
  const { environment, remove } = await createCandidates();
  const directory = await mkdtemp(path.resolve('dist/growth-'));
  const bundle = async (name: string, contents: string) => {
    const outdir = path.join(directory, name);
    const stdin = { contents, resolveDir: process.cwd(), sourcefile: 'index.ts', loader: 'ts' as const };
    await build({ ...LAMBDA_BUNDLE, sourcemap: false, stdin, outdir });
    return path.join(outdir, 'stdin.mjs');
  };
  const candidates: { name: string; file: string; starts: Start[]; callUs: number[] }[] = [];
  for (const [kind, source] of [
    ['this project', ours],
    ['bare Express', bare],
  ] as const) {
    for (const routes of [13, 100, 500]) {
      const file = await bundle(`${kind.replaceAll(' ', '-')}-${routes}`, source(routes));
      candidates.push({ name: `${kind}, ${routes} routes`, file, starts: [], callUs: [] });
    }
  }
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { file, starts, callUs } of candidates) {
      const started = await start(file, environment);
      const args = [...LAMBDA_FLAGS, 'test/bench/child/warm-answers.mjs', file];
      const env = { ...environment, LOG_LEVEL: 'warn', METRICS: 'off' };
      const { stdout } = await promisify(execFile)(nodeBinary(NODE), args, { env, maxBuffer: 2 ** 28 });
      if (round < 0) continue;
      starts.push(started);
      callUs.push(median(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as number[]));
    }
  }
  await remove();
  await rm(directory, { recursive: true });
  const cpu = ({ starts }: { starts: Start[] }) => starts.map(({ cpuMs }) => cpuMs);
  return {
    name: 'Growth of the routes',
    how: `on Node ${NODE}, cold start in ms of CPU, warm call of the last route in µs, medians of ${ROUNDS} interleaved rounds`,
    rows: [
      ['', 'cold start', 'of 13 routes', 'warm call', 'of 13 routes'],
      ...candidates.map((each, at) => {
        const first = candidates[at - (at % 3)] ?? each;
        return [
          each.name,
          median(cpu(each)).toFixed(1),
          ratio(cpu(each), cpu(first)).toFixed(2),
          median(each.callUs).toFixed(0),
          ratio(each.callUs, first.callUs).toFixed(2),
        ];
      }),
    ],
  };
}

/** What costs more where there is more of it: pools, groups in a token, routes. */
export async function* measure(): AsyncGenerator<Measurement> {
  const issuer = await startIssuer();
  yield await measureGuard(issuer);
  await issuer.close();
  yield await measureRoutes();
}
