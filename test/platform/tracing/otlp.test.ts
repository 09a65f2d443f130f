import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { createTracer, type OtlpTracer } from '../../../app/platform/tracing/otlp.js';
import { startCollector, type Collector } from '../../harness/collector.js';
import { startApi, type Api } from '../../harness/test-api.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
/** No test waits that long. */
const FLUSH_MS = 10_000;

let collector: Collector;
let tracer: OtlpTracer;
let api: Api;
beforeAll(async () => {
  collector = await startCollector();
  tracer = createTracer({ endpoint: collector.endpoint, serviceName: 'the-api' });
  api = await startApi({ tracer });
});
afterAll(async () => {
  await api.close();
  await tracer.close(FLUSH_MS);
  await collector.close();
});
afterEach(() => {
  collector.spans.length = 0;
  collector.bodies.length = 0;
});

function post(name: string, traceparent: string) {
  const token = api.customers.idToken({ 'custom:tenant': 'one' });
  const call = request(api.app).post('/tenant/items').auth(token, { type: 'bearer' }).send({ name });
  return { token, call: call.set('traceparent', traceparent).set('tracestate', 'vendor=of-the-caller') };
}

/** The trace ids of the log's last line, and of the spans that were sent since. */
async function traceIds() {
  await tracer.flush(FLUSH_MS);
  const { traceId } = JSON.parse(api.lines.at(-1) ?? '') as { traceId?: string };
  return { logged: traceId, sent: [...new Set(collector.spans.map((span) => span.traceId))] };
}

test("a request continues the caller's trace, through the guard to the table, and tells nothing of token or body", async () => {
  const { token, call } = post('a name that nobody else needs', `00-${TRACE_ID}-${PARENT_ID}-01`);
  expect((await call).status).toBe(201);
  expect(await traceIds()).toEqual({ logged: TRACE_ID, sent: [TRACE_ID] });

  const served = collector.spans.find(({ parentSpanId }) => parentSpanId === PARENT_ID);
  expect(served).toMatchObject({
    name: 'POST /tenant/items',
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/tenant/items',
      'http.response.status_code': 201,
    },
  });
  const inside = collector.spans.filter(({ parentSpanId }) => parentSpanId === served?.spanId);
  expect(inside.map(({ name }) => name)).toEqual(['guard', 'DynamoDB.PutItem']);
  expect(collector.spans).toHaveLength(3);
  const sent = collector.bodies.join('');
  expect(sent).toContain('"the-api"');
  for (const secret of [
    token,
    token.slice(-40),
    'a name that nobody else needs',
    api.customers.clientId,
    'of-the-caller',
  ])
    expect(sent).not.toContain(secret);
});

test('a caller whose trace is not sampled has it in the log alone', async () => {
  expect((await post('any', `00-${TRACE_ID}-${PARENT_ID}-00`).call).status).toBe(201);
  expect(await traceIds()).toEqual({ logged: TRACE_ID, sent: [] });
});

test('without a well-formed traceparent, a request is a trace of its own, with the same id in the log', async () => {
  expect((await post('any', `00-${TRACE_ID}-${PARENT_ID}`).call).status).toBe(201);
  const { logged, sent } = await traceIds();
  expect(logged).toMatch(/^[\da-f]{32}$/);
  expect(logged).not.toBe(TRACE_ID);
  expect(sent).toEqual([logged]);
});

test('a refusal has its code, and an error where it was decided', async () => {
  const { status } = await request(api.app)
    .get('/me')
    .auth(api.customers.idToken({ exp: 1 }), { type: 'bearer' });
  expect(status).toBe(401);
  await tracer.flush(FLUSH_MS);
  const [guard, served] = collector.spans;
  expect([guard?.name, guard?.status]).toEqual(['guard', { code: 2 }]);
  expect(served?.attributes).toMatchObject({ 'http.response.status_code': 401, 'error.type': 'token_expired' });
});

test('a collector that does not answer costs one flush its limit, and the next ones nothing', async () => {
  const hanging = await startCollector();
  hanging.answer = () => undefined;
  const dead = createTracer({ endpoint: hanging.endpoint, serviceName: 'dead' });
  const span = () => dead.traceCall('Service', 'Operation', async () => undefined);
  const elapsedMs = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  await span();
  expect(await elapsedMs(() => dead.flush(200))).toBeGreaterThanOrEqual(199);
  await span();
  expect(await elapsedMs(() => dead.flush(5_000))).toBeLessThan(100);
  expect(await elapsedMs(() => dead.close(200))).toBeLessThan(5_000);
  await hanging.close();
});
