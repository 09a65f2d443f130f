import path from 'node:path';
import { startIssuer } from '../harness/issuer.js';
import { environmentFor } from '../lambda/environment.js';
import { NODE_VERSIONS, startFunction, type NodeVersion } from '../lambda/runtime/lambda-function.js';
import { createCandidates } from './candidates.js';
import type { Measurement } from './measurement.js';
import { residentMb } from './resident-memory.js';
import { median, quantile } from './statistics.js';

const INVOCATIONS = 50_000;
const WARM = 5_000;

function events(token: string) {
  const call = (method: string, rawPath: string, more: object = {}, headers: object = {}) => ({
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers: { host: 'api.example', ...headers },
    requestContext: { http: { method, path: rawPath, sourceIp: '203.0.113.1' }, requestId: 'ATfSmjLgPHcESJw=' },
    isBase64Encoded: false,
    ...more,
  });
  const authorization = `Bearer ${token}`;
  return [
    call('GET', '/', {}, { authorization }),
    call('GET', '/me', {}, { authorization }),
    call('GET', '/items', { rawQueryString: 'limit=500' }, { authorization }),
    call('GET', '/items/a b', {}, { authorization }),
    call('POST', '/items', { body: '{}' }, { authorization, 'content-type': 'application/json' }),
    call('GET', '/'),
    call('GET', '/', {}, { authorization: `Bearer ${token.slice(0, -4)}AAAA` }),
    call('GET', '/nowhere'),
    call('DELETE', '/items'),
  ];
}

async function soak(name: string, node: NodeVersion, directory: string) {
  const customers = await startIssuer();
  const lambda = await startFunction({ node, directory, environment: environmentFor([customers]) });
  const calls = events(customers.accessToken());
  const times: number[] = [];
  let before = 0;
  for (let i = 0; i < INVOCATIONS; i += 1) {
    if (i === WARM) before = residentMb(lambda.pid);
    const started = performance.now();
    await lambda.invoke(calls[i % calls.length]);
    if (i >= WARM) times.push(performance.now() - started);
  }
  const after = residentMb(lambda.pid);
  const complaints = lambda
    .log()
    .split('\n')
    .filter((line) => line !== '' && !/^\{"level":(?:30|40),/.test(line));
  await lambda.stop();
  await customers.close();
  return [
    `${name}, Node ${node}`,
    before.toFixed(1),
    after.toFixed(1),
    `${((after / before - 1) * 100).toFixed(1)} %`,
    median(times).toFixed(2),
    quantile(times, 0.99).toFixed(2),
    (quantile(times, 0.99) / median(times)).toFixed(2),
    String(complaints.length),
  ];
}

/**
 * Many invocations of every kind in one process, in AWS's runtime client: memory, latency, and what it complained of. A
 * function that does nothing shows what of it is the machine's.
 */
export async function* measure(): AsyncGenerator<Measurement> {
  const { bundles, remove } = await createCandidates();
  const rows = [];
  for (const name of ['this project', 'Node alone']) {
    const directory = path.dirname(bundles.get(name) ?? '');
    for (const node of NODE_VERSIONS) rows.push(await soak(name, node, directory));
  }
  await remove();
  yield {
    name: 'Memory and latency',
    how: `${INVOCATIONS} invocations in one process; memory in MB since the first ${WARM}, times in ms`,
    rows: [['', 'memory', 'at the end', 'growth', 'median', 'p99', 'p99/median', 'complaints'], ...rows],
  };
}
