import { Agent, request } from 'node:http';
import { startServer } from '../harness/server-process.js';
import { createSigningKey, signJwt, startIssuer, type Issuer, type SigningKey } from '../harness/issuer.js';
import type { Measurement } from './measurement.js';
import { quantile } from './statistics.js';

const FLOOD = 20_000;
const CONNECTIONS = 50;
const OUTAGE_SECONDS = 20;

interface Answer {
  status: number;
  retryAfter: string | undefined;
  ms: number;
}

interface Api {
  get(token: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** The API as `npm start` runs it, in a process of its own, trusting the issuer's pool. */
async function startApi({ pool, clientId }: Issuer, refreshSeconds: number): Promise<Api> {
  const settings = { userPoolId: pool.userPoolId, clientIds: [clientId], issuer: pool.issuer, jwksUri: pool.jwksUri };
  const env = {
    COGNITO_POOLS: JSON.stringify({ customers: settings }),
    JWKS_REFRESH_SECONDS: `${refreshSeconds}`,
    LOG_LEVEL: 'warn',
  };
  const server = await startServer(env, { dist: 'dist' });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS + 10 });
  return {
    get: (token) =>
      new Promise((resolve, reject) => {
        const started = performance.now();
        const headers = { authorization: `Bearer ${token}` };
        request(server.url, { agent, headers }, (response) => {
          response.resume().on('end', () => {
            const { statusCode: status = 0, headers: answered } = response;
            resolve({ status, retryAfter: answered['retry-after'], ms: performance.now() - started });
          });
        })
          .on('error', reject)
          .end();
      }),
    async stop() {
      agent.destroy();
      server.kill('SIGTERM');
      await server.exited;
    },
  };
}

function count(answers: readonly Answer[]) {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Array.from(counts, ([status, times]) => `${times} x ${status}`).join(', ');
}

const longest = (answers: readonly Answer[]) => `${Math.max(...answers.map(({ ms }) => ms)).toFixed(0)} ms`;
const p99 = (answers: readonly Answer[]) =>
  `${quantile(
    answers.map(({ ms }) => ms),
    0.99,
  ).toFixed(0)} ms`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function tokenOf(issuer: Issuer, key: SigningKey) {
  return signJwt({ kid: key.kid, alg: 'RS256' }, issuer.accessClaims(), key);
}

/** Calls until the answer is a 200; the seconds that it took. */
async function until200(api: Api, token: string) {
  const started = performance.now();
  while ((await api.get(token)).status !== 200) await sleep(20);
  return (performance.now() - started) / 1000;
}

/** 20,000 made-up kids over 50 connections, beside valid tokens new and old, and a key published meanwhile. */
async function flood() {
  const issuer = await startIssuer();
  const api = await startApi(issuer, 600);
  const known = issuer.accessToken();
  await until200(api, known);
  const foreignKey = createSigningKey();
  const payload = issuer.accessClaims();
  const good: Answer[] = [];
  const bad: Answer[] = [];
  const fetchTimes: number[] = [];
  const over = new AbortController();
  const started = performance.now();

  let left = FLOOD;
  const attack = async () => {
    while (left > 0) {
      left -= 1;
      bad.push(await api.get(signJwt({ kid: `made-up-${left}`, alg: 'RS256' }, payload, foreignKey)));
    }
  };
  const callers = Array.from({ length: 5 }, async (_, at) => {
    while (!over.signal.aborted) good.push(await api.get(at === 0 ? issuer.accessToken() : known));
  });
  const watcher = (async () => {
    for (let seen = 0; !over.signal.aborted; await sleep(10)) {
      for (; seen < issuer.fetches; seen += 1) fetchTimes.push(performance.now());
    }
  })();
  const rotation = (async () => {
    await sleep(5_000);
    const fresh = createSigningKey();
    issuer.published.push(fresh);
    return until200(api, tokenOf(issuer, fresh));
  })();
  const attackers = Array.from({ length: CONNECTIONS }, attack);
  await Promise.all(attackers);
  const seconds = (performance.now() - started) / 1000;
  const newKeyAfter = await rotation;
  over.abort();
  await Promise.all([...callers, watcher]);
  await api.stop();
  await issuer.close();

  const inAnyMinute = Math.max(
    ...fetchTimes.map((from) => fetchTimes.filter((time) => time >= from && time < from + 60_000).length),
  );
  return [
    ['flood: made-up kids', `${count(bad)} in ${seconds.toFixed(0)} s`],
    ['flood: valid tokens', `${count(good)}, 99 % within ${p99(good)}`],
    ['flood: fetches in the worst minute, the first one included', `${inAnyMinute}`],
    ['flood: a new key accepted after', `${newKeyAfter.toFixed(1)} s`],
  ];
}

/** The endpoint down for the whole of a run, and at a cold start until it is back. */
async function outage() {
  const issuer = await startIssuer();
  const api = await startApi(issuer, 1);
  const tokens = Array.from({ length: 50 }, () => issuer.accessToken());
  await until200(api, tokens[0] ?? '');
  issuer.answer = (_request, response) => response.writeHead(503).end();
  const answers: Answer[] = [];
  const end = performance.now() + OUTAGE_SECONDS * 1000;
  for (let at = 0; performance.now() < end; at += 1)
    answers.push(await api.get(at % 5 === 0 ? issuer.accessToken() : (tokens[at % 50] ?? '')));

  const cold = await startApi(issuer, 600);
  const refused: Answer[] = [];
  for (let at = 0; at < 100; at += 1, await sleep(20)) refused.push(await cold.get(tokens[0] ?? ''));
  issuer.answer = undefined;
  const back = await until200(cold, tokens[0] ?? '');
  await Promise.all([api.stop(), cold.stop()]);
  await issuer.close();
  return [
    [`outage of ${OUTAGE_SECONDS} s: known keys`, count(answers)],
    [
      'outage at a cold start',
      `${count(refused)}, Retry-After ${[...new Set(refused.map(({ retryAfter }) => retryAfter))].join()}`,
    ],
    ['outage at a cold start: 200 after the return', `${back.toFixed(2)} s`],
  ];
}

/** A key that comes and a key that goes, with tokens cached under it. */
async function rotation() {
  const issuer = await startIssuer();
  const api = await startApi(issuer, 2);
  const old = issuer.accessToken();
  await until200(api, old);
  const fresh = createSigningKey();
  issuer.published.push(fresh);
  const first = await api.get(tokenOf(issuer, fresh));
  issuer.published.shift();
  const removed = performance.now();
  let last = await api.get(old);
  while (last.status === 200) {
    await sleep(10);
    last = await api.get(old);
  }
  const seconds = (performance.now() - removed) / 1000;
  await api.stop();
  await issuer.close();
  return [
    ['rotation: a new key at its first use', `${first.status}`],
    ['removal: a cached token refused, refresh every 2 s, after', `${seconds.toFixed(1)} s, ${last.status}`],
  ];
}

/** An endpoint that accepts and says nothing: nobody who waits for it waits for long. */
async function hanging() {
  const issuer = await startIssuer();
  const warm = await startApi(issuer, 600);
  const known = issuer.accessToken();
  await until200(warm, known);
  issuer.answer = () => undefined;
  const cold = await startApi(issuer, 600);
  const unknown = tokenOf(issuer, createSigningKey());
  const waiting = await Promise.all([
    ...Array.from({ length: 20 }, () => cold.get(known)),
    ...Array.from({ length: 20 }, () => warm.get(unknown)),
  ]);
  const served = await Promise.all(Array.from({ length: 100 }, () => warm.get(known)));
  await Promise.all([warm.stop(), cold.stop()]);
  await issuer.close();
  return [
    ['an endpoint that hangs: all who wait', `${count(waiting)}, the longest ${longest(waiting)}`],
    ['an endpoint that hangs: known keys', `${count(served)}, the longest ${longest(served)}`],
  ];
}

/** Floods, outages and rotations, each against the API in a process of its own. */
export async function* measure(): AsyncGenerator<Measurement> {
  const rows: string[][] = [];
  for (const run of [rotation, hanging, outage, flood]) rows.push(...(await run()));
  yield { name: 'Attacks and outages', how: 'the API as npm start runs it', rows: [['what', 'seen'], ...rows] };
}
