import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { build } from 'esbuild';
import { publicJwk, signJwt, startIssuer, type Issuer } from '../harness/issuer.js';
import type { Measurement } from './measurement.js';
import { roundsOr } from './options.js';
import { median, ratio } from './statistics.js';

/** Of fresh processes: one and the same server is up to a tenth quicker in one process than in the next. */
const ROUNDS = roundsOr(20);
const REFUSAL_ROUNDS = 9;
const FIRST_SIGHT_TOKENS = 6_000;

const BARE = 'bare Express';
const OURS = 'this project';
const FORGETFUL = 'this project, no cache';
/** By a server as Express makes it, not by ours, see app/platform/http/app-prototypes.ts. */
const BY_LISTEN = ', by app.listen()';
const PEERS = [
  'fast-jwt, cache',
  'aws-jwt-verify',
  'jose',
  'express-oauth2-jwt-bearer',
  'passport-jwt + jwks-rsa, documented',
];

interface Server {
  name: string;
  port: number;
  process: ChildProcess;
}

interface Sample {
  perSecond: number;
  /** CPU time of the server, which a busy machine hardly changes. */
  cpu: number;
}

/** The results of a second of calls. */
interface Load {
  seconds: number;
  answers: number;
  statuses: number[];
}

async function ask<T>(child: ChildProcess, message: object): Promise<T> {
  const answer = once(child, 'message');
  child.send(message);
  const [value] = (await answer) as [T];
  return value;
}

async function startServer(name: string, parts: object): Promise<Server> {
  const guard = name.replace(BY_LISTEN, '');
  const serving = guard === name ? [] : ['listen'];
  const env = { ...process.env, NODE_ENV: 'production', PARTS: JSON.stringify(parts) };
  const child = fork('test/bench/child/guarded-server.mjs', [guard, ...serving], { env });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { name, port, process: child };
}

/** Calls a server for a second. Every answer must have the status. */
async function sample(load: ChildProcess, server: Server, tokens: readonly string[], status: number): Promise<Sample> {
  const usage = async () => (await ask<{ cpuMicroseconds: number }>(server.process, {})).cpuMicroseconds;
  const before = await usage();
  const { seconds, answers, statuses } = await ask<Load>(load, { port: server.port, tokens });
  if (statuses.some((seen) => seen !== status))
    throw new Error(`${server.name} answered ${statuses.join(', ')}, not ${status}`);
  return { perSecond: answers / seconds, cpu: ((await usage()) - before) / answers };
}

const pick = (samples: readonly Sample[] | undefined, what: keyof Sample) => (samples ?? []).map((one) => one[what]);

/** Samples all jobs in turn, each round in another order; the first two rounds are for warming up. */
async function interleave(rounds: number, jobs: ReadonlyMap<string, () => Promise<Sample>>) {
  const samples = new Map(Array.from(jobs.keys(), (name) => [name, [] as Sample[]]));
  const order = [...jobs];
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, run] of order) {
      const result = await run();
      if (round >= 0) samples.get(name)?.push(result);
    }
    order.push(...order.splice(0, 1));
  }
  return samples;
}

async function measureRepeated(load: ChildProcess, parts: object, issuer: Issuer): Promise<Measurement> {
  const tokens = Array.from({ length: 100 }, () => issuer.accessToken());
  const before = process.env['BENCH_OLD_GUARD'] === undefined ? [] : ['this project, before'];
  const names = [BARE, OURS, ...before, ...PEERS, `${BARE}${BY_LISTEN}`, `${OURS}${BY_LISTEN}`];
  const samples = new Map(names.map((name) => [name, [] as Sample[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const servers = await Promise.all(names.map((name) => startServer(name, parts)));
    servers.push(...servers.splice(0, round % servers.length));
    for (const server of servers) await sample(load, server, tokens, 200);
    for (const server of servers) samples.get(server.name)?.push(await sample(load, server, tokens, 200));
    for (const { process: child } of servers) child.disconnect();
  }

  const figure = (name: string, what: keyof Sample) => pick(samples.get(name), what);
  const bareOf = (name: string) => (name.endsWith(BY_LISTEN) ? `${BARE}${BY_LISTEN}` : BARE);
  return {
    name: 'Repeated tokens over HTTP',
    how: `100 tokens in turn, 20 connections, medians of ${ROUNDS} interleaved rounds of 1 s, each of fresh processes`,
    rows: [
      ['', 'requests/s', 'requests/s / bare', 'CPU µs/request', 'CPU / bare'],
      ...Array.from(samples.keys(), (name) => [
        name,
        median(figure(name, 'perSecond')).toFixed(0),
        ratio(figure(name, 'perSecond'), figure(bareOf(name), 'perSecond')).toFixed(2),
        median(figure(name, 'cpu')).toFixed(0),
        ratio(figure(bareOf(name), 'cpu'), figure(name, 'cpu')).toFixed(2),
      ]),
    ],
    plotted: { column: 'requests/s / bare', better: 'higher' },
  };
}

async function measureFirstSight(parts: object, issuer: Issuer): Promise<Measurement> {
  const tokens = Array.from({ length: FIRST_SIGHT_TOKENS }, () => issuer.accessToken());
  const child = fork('test/bench/child/first-sight.mjs', [], { env: { ...process.env, NODE_ENV: 'production' } });
  const bad = {
    'this project, refusing a forged one': tokens.map(spoil),
    'this project, refusing an expired one': tokens.map(() => issuer.accessToken({ exp: 1 })),
  };
  const batches = await ask<Record<string, number[]>>(child, { parts, tokens, bad });
  child.disconnect();

  const warm = Object.entries(batches).map(([name, times]): [string, number[]] => [
    name,
    times.slice(times.length / 4),
  ]);
  const alone = warm[0]?.[1] ?? [];
  return {
    name: 'First sight of a token',
    how: `in process, medians of ${alone.length} interleaved batches of 100 tokens`,
    rows: [
      ['', 'CPU µs', 'CPU / crypto.verify'],
      ...warm.map(([name, times]) => [name, median(times).toFixed(1), ratio(times, alone).toFixed(2)]),
    ],
    plotted: { column: 'CPU / crypto.verify', better: 'lower' },
  };
}

/** A token with its signature spoilt. */
function spoil(token: string) {
  const at = token.lastIndexOf('.') + 50;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

async function measureRefusals(load: ChildProcess, parts: object, issuer: Issuer): Promise<Measurement> {
  const server = await startServer(FORGETFUL, parts);
  const alien = (claims: object) => signJwt({ kid: 'made-up', alg: 'RS256' }, issuer.accessClaims(claims), issuer.key);
  const kinds: [string, (claims: object) => string, number][] = [
    ['accepted', (claims) => issuer.accessToken(claims), 200],
    ['forged', (claims) => spoil(issuer.accessToken(claims)), 401],
    ['expired', (claims) => issuer.accessToken({ ...claims, exp: 1 }), 401],
    ['of another issuer', (claims) => issuer.accessToken({ ...claims, iss: 'https://example.com' }), 401],
    ['of a made-up kid', alien, 401],
    ['alg none', (claims) => signJwt({ alg: 'none' }, issuer.accessClaims(claims), issuer.key), 401],
    [
      'of one letter repeated',
      ({ pad = '' }: { pad?: string }) => 'x'.repeat(1_000 + Math.ceil((pad.length * 4) / 3)),
      401,
    ],
  ];
  const jobs = new Map<string, () => Promise<Sample>>();
  for (const [kind, make, status] of kinds) {
    for (const [size, claims] of [
      ['1 KB', {}],
      ['8 KB', { pad: 'x'.repeat(5_250) }],
    ] as const) {
      const tokens = Array.from({ length: 50 }, () => make(claims));
      jobs.set(`${kind}, ${size}`, () => sample(load, server, tokens, status));
    }
  }
  const samples = await interleave(REFUSAL_ROUNDS, jobs);
  server.process.disconnect();

  const cpu = (kind: string, size: string) => pick(samples.get(`${kind}, ${size}`), 'cpu');
  return {
    name: 'Refusing over HTTP',
    how: `no cache, server CPU µs a request, medians of ${REFUSAL_ROUNDS} interleaved rounds`,
    rows: [
      ['', '1 KB', 'of accepting', '8 KB', '8 KB of 1 KB'],
      ...kinds.map(([kind]) => [
        kind,
        median(cpu(kind, '1 KB')).toFixed(0),
        ratio(cpu(kind, '1 KB'), cpu('accepted', '1 KB')).toFixed(2),
        median(cpu(kind, '8 KB')).toFixed(0),
        ratio(cpu(kind, '8 KB'), cpu(kind, '1 KB')).toFixed(2),
      ]),
    ],
  };
}

async function measureMemory(parts: object, issuer: Issuer): Promise<Measurement> {
  const rows: string[][] = [];
  for (const [name, claims] of [
    ['10,000 usual tokens', {}],
    [
      '10,000 tokens with 60 groups',
      { 'cognito:groups': Array.from({ length: 60 }, (_, at) => `a-group-of-people-${at}`) },
    ],
  ] as const) {
    const tokens = Array.from({ length: 10_000 }, () => issuer.accessToken(claims));
    const child = fork('test/bench/child/memory.mjs', [], { execArgv: ['--expose-gc'] });
    const { bytes } = await ask<{ bytes: number }>(child, { parts, tokens });
    child.disconnect();
    rows.push([name, `${tokens[0]?.length}`, (bytes / 2 ** 20).toFixed(1)]);
  }
  return {
    name: 'Memory of cached tokens',
    how: 'bound 29.3 MiB (10,000 of 3 KB)',
    rows: [['', 'letters', 'heap MiB'], ...rows],
  };
}

/** The guard beside its peers: one run, one machine, everything interleaved. */
export async function* measure(): AsyncGenerator<Measurement> {
  await build({
    entryPoints: ['auth/guard', 'auth/pool-keys', 'auth/pool', 'http/app-prototypes'].map(
      (name) => `app/platform/${name}.ts`,
    ),
    outdir: 'dist/bench/app',
    outbase: 'app',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const issuer = await startIssuer();
  const { userPoolId, issuer: iss, jwksUri } = issuer.pool;
  const parts = {
    pool: { userPoolId, issuer: iss, jwksUri, clientIds: [issuer.clientId] },
    jwks: { keys: issuer.published.map(publicJwk) },
  };
  const load = fork('test/bench/child/load.mjs');
  yield await measureRepeated(load, parts, issuer);
  yield await measureFirstSight(parts, issuer);
  yield await measureRefusals(load, parts, issuer);
  yield await measureMemory(parts, issuer);
  load.disconnect();
  await issuer.close();
}
