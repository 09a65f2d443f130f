import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { publicJwk, startIssuer } from '../harness/issuer.js';
import { environmentFor } from '../lambda/environment.js';
import { startLoopbackServer } from '../lambda/loopback-server.js';
import { LAMBDA_FLAGS, nodeBinary } from '../lambda/runtime/lambda-function.js';
import type { Measurement } from './measurement.js';

const PROCESSES = 1000;

const call = (token: string) => ({
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: { authorization: `Bearer ${token}` },
  requestContext: { http: { method: 'GET', path: '/', sourceIp: '203.0.113.1' }, requestId: 'ATfSmjLgPHcESJw=' },
});

/** Fresh processes whose JWKS answers only after the calls without a token have been: who waited would wait for ever. */
export async function* measure(): AsyncGenerator<Measurement> {
  const customers = await startIssuer();
  const jwks = JSON.stringify({ keys: customers.published.map(publicJwk) });
  let fetches = 0;
  let answered = Promise.resolve();
  const server = await startLoopbackServer((_request, response) => {
    fetches += 1;
    void answered.then(() => response.end(jwks));
  });
  const pool = { ...customers.pool, jwksUri: `${server.url}/jwks.json` };
  const env = {
    ...environmentFor([{ ...customers, pool }]),
    EVENT: JSON.stringify(call(customers.accessToken())),
    LOG_LEVEL: 'silent',
    METRICS: 'off',
  };

  const counts = new Map<string, number>();
  for (let i = 0; i < PROCESSES; i += 1) {
    fetches = 0;
    let answer = () => {};
    answered = new Promise((resolve) => (answer = resolve));
    const args = [...LAMBDA_FLAGS, 'test/bench/child/key-fetch.mjs', path.resolve('dist/lambda/index.mjs')];
    const child = spawn(nodeBinary(22), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk;
      if (chunk.includes('without')) answer();
    });
    await once(child, 'close');
    const outcome = `${written.trim().replaceAll('\n', ', ')}, key fetches ${fetches}`;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  await server.close();
  await customers.close();
  yield {
    name: 'Key fetches',
    how: `of ${PROCESSES} fresh processes`,
    rows: [['answers', 'processes'], ...[...counts].map(([outcome, count]) => [outcome, String(count)])],
  };
}
