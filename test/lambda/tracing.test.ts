import { readdir, readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { apiFolder } from '../../app/build/api-folder.js';
import { LAMBDA_BUNDLE } from '../../app/build/lambda-bundle.js';
import { startDynamoDb, type LocalDynamoDb } from '../../app/local/dynamodb.js';
import { startCollector, type Collector } from '../harness/collector.js';
import { table as definition } from '../harness/fixture-api/table.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { environmentFor, environmentOf } from './environment.js';
import { exchange } from './http-exchange.js';
import { EVERY_CALL, startHttpApi } from './gateway/http-api.js';
import { NODE_VERSIONS, startFunction, type NodeVersion } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

let customers: Issuer;
let dynamoDb: LocalDynamoDb;
let collector: Collector;
let directory: string;
beforeAll(async () => {
  [customers, dynamoDb, collector, directory] = await Promise.all([
    startIssuer('customers'),
    startDynamoDb({ definition: definition.document }),
    startCollector(),
    mkdtemp(join(tmpdir(), 'traced-')),
  ]);
  const plugins = [apiFolder('test/harness/fixture-api'), ...LAMBDA_BUNDLE.plugins];
  await build({ ...LAMBDA_BUNDLE, plugins, entryPoints: { index: 'app/lambda.ts' }, outdir: directory });
});
afterAll(async () => {
  await Promise.all([customers.close(), dynamoDb.close(), collector.close()]);
  await rm(directory, { recursive: true });
});

let stop: () => Promise<unknown> = async () => undefined;
afterEach(() => stop());

const environment = () => ({
  ...environmentFor([customers]),
  ...environmentOf(dynamoDb.settings),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
});

async function start(node: NodeVersion) {
  const lambda = await startFunction({ node, directory, environment: environment() });
  const api = await startHttpApi({ routes: EVERY_CALL, invoke: (event) => lambda.invoke(event) });
  stop = () => Promise.all([api.close(), lambda.stop()]);
  return api.url;
}

function add(url: string) {
  const headers = {
    authorization: `Bearer ${customers.idToken({ 'custom:tenant': 'one' })}`,
    'content-type': 'application/json',
    traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
  };
  return exchange(url, { method: 'POST', path: '/tenant/items', headers, body: '{"name":"traced"}' });
}

describe.each(NODE_VERSIONS)('a function that was built with TRACING=on, with Node %i,', (node) => {
  test('has sent what a call did, under the caller’s trace id, when the caller has the response', async () => {
    const url = await start(node);
    expect((await add(url)).status).toBe(201);
    const sent = collector.spans.splice(0);
    expect(sent.map(({ name, traceId }) => [name, traceId])).toEqual(
      ['guard', 'DynamoDB.PutItem', 'POST /tenant/items'].map((name) => [name, TRACE_ID]),
    );
  });

  test('answers while the collector does not, at once but for one call', async () => {
    const url = await start(node);
    collector.answer = () => undefined;
    const durations: number[] = [];
    for (let call = 0; call < 5; call += 1) {
      const started = performance.now();
      expect((await add(url)).status).toBe(201);
      durations.push(performance.now() - started);
    }
    collector.answer = undefined;
    expect(durations.filter((ms) => ms >= 500)).toEqual(durations.slice(0, 1));
  });
});

test('a function that was built without tracing has nothing of OpenTelemetry', async () => {
  const { directory: unpacked, remove } = unpack('dist/fixture/lambda.zip');
  const names = (await readdir(unpacked)).filter((name) => name.endsWith('.mjs'));
  const texts = await Promise.all(names.map((name) => readFile(join(unpacked, name), 'utf8')));
  remove();
  expect(names).toContain('index.mjs');
  expect(names.filter((_, at) => /opentelemetry/i.test(texts[at] ?? ''))).toEqual([]);
});

test('a function that was built without tracing, and is told where traces go, says at its start what to do', async () => {
  const { directory: unpacked, remove } = unpack('dist/fixture/lambda.zip');
  const lambda = await startFunction({ node: 22, directory: unpacked, environment: environment() });
  await expect(lambda.ready).rejects.toThrow('this build has no tracing: build with TRACING=on, or leave it out');
  await lambda.stop();
  remove();
});
