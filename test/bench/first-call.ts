import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localCertificate } from '../../app/local/cognito/wire/certificate.js';
import { carriedBy, publicJwk, startIssuer } from '../harness/issuer.js';
import { environmentFor } from '../lambda/environment.js';
import { guardedCall } from './candidates.js';
import { start } from './cold.js';
import type { Measurement } from './measurement.js';
import { NODE, OLD, roundsOr } from './options.js';
import { median, ratio } from './statistics.js';

const ROUNDS = roundsOr(25);
const LATENCY_MS = 100;

interface Case {
  readonly name: string;
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  readonly times: number[];
  /** The times of the case that it is measured against. */
  readonly fetched: readonly number[];
}

/** An issuer whose JWKS endpoint speaks TLS and answers late. Cognito's is a network away, three times: TCP, TLS, HTTP. */
async function startLateIssuer() {
  const issuer = await startIssuer();
  const directory = await mkdtemp(path.join(tmpdir(), 'first-call-'));
  const { cert, key, caFile } = await localCertificate(directory);
  const jwks = JSON.stringify({ keys: issuer.published.map(publicJwk) });
  const server = createServer({ cert, key }, (_request, response) => {
    setTimeout(() => response.end(jwks), LATENCY_MS);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const jwksUri = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  return {
    environment: {
      ...environmentFor([{ ...issuer, pool: { ...issuer.pool, jwksUri } }]),
      NODE_EXTRA_CA_CERTS: caFile,
      EVENT: JSON.stringify(guardedCall(issuer.accessToken())),
    },
    carried: carriedBy(issuer),
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all([issuer.close(), rm(directory, { recursive: true })]);
    },
  };
}

function casesOf(issuer: Awaited<ReturnType<typeof startLateIssuer>>): Case[] {
  const env = issuer.environment;
  const bundleCases = (name: string, built: string): [Case, Case] => {
    const bundle = path.resolve(built);
    const times: number[] = [];
    return [
      { name: `${name}, keys fetched`, bundle, env, times, fetched: times },
      {
        name: `${name}, keys carried`,
        bundle,
        env: { ...env, COGNITO_KEYS: issuer.carried },
        times: [],
        fetched: times,
      },
    ];
  };
  const app = bundleCases('this project', 'dist/lambda/index.mjs');
  const [{ fetched }] = app;
  const before = OLD && {
    name: 'this project, before, keys fetched',
    bundle: path.resolve(OLD.directory, 'dist/lambda/index.mjs'),
    env: { ...OLD.environment, ...env },
    times: [],
    fetched,
  };
  return [...app, ...(before ? [before] : []), ...bundleCases('the access authorizer', 'dist/authorizer/index.mjs')];
}

/** Cold starts with keys to fetch and with carried ones, in turn. */
export async function* measure(): AsyncGenerator<Measurement> {
  const issuer = await startLateIssuer();
  const cases = casesOf(issuer);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { bundle, env, times } of round % 2 === 0 ? cases : cases.toReversed()) {
      const { wallMs } = await start(bundle, env);
      if (round >= 0) times.push(wallMs);
    }
  }
  await issuer.close();

  yield {
    name: 'First call, keys over TLS',
    how: `process start to first guarded answer on Node ${NODE}, a JWKS endpoint with TLS that answers after ${LATENCY_MS} ms, medians of ${ROUNDS} fresh processes, in ms`,
    rows: [
      ['', 'time', 'time / fetched'],
      ...cases.map(({ name, times, fetched }) => [name, median(times).toFixed(1), ratio(times, fetched).toFixed(2)]),
    ],
    plotted: { column: 'time / fetched', better: 'lower' },
  };
}
