import { expect, jest, test } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import pino from 'pino';
import request from 'supertest';
import { Problem } from '../../../app/platform/http/problem.js';
import { requestLog } from '../../../app/platform/http/request-log.js';

/** The response of an app with this handler, and the lines of its log. */
function appWith(handler: RequestHandler, logFields?: () => Record<string, unknown>) {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const app = express()
    .use(requestLog({ log, requestId: () => 'the-id', ...(logFields && { logFields }) }))
    .use(handler);
  return { app, lines };
}

const line = {
  level: 30,
  msg: 'request',
  requestId: 'the-id',
  method: 'GET',
  status: 200,
  ms: expect.any(Number),
};

test('a request gets an id and leaves one line, without its URL', async () => {
  const { app, lines } = appWith((_request, response) => void response.end());
  const { headers } = await request(app).get('/secret?token=secret');
  expect(headers['x-request-id']).toBe('the-id');
  expect(lines).toEqual([line]);
  const [{ ms } = { ms: -1 }] = lines as { ms: number }[];
  expect(ms).toBeGreaterThanOrEqual(0);
  expect(ms).toBeLessThan(60_000);
  expect(Math.round(ms * 10) / 10).toBe(ms);
});

test('the line says how long the request took, to a tenth of a millisecond', async () => {
  const [started, elapsed] = [
    [5, 999_999_999],
    [1, 234_560_000],
  ] as const;
  const hrtime = jest.spyOn(process, 'hrtime');
  hrtime.mockReturnValueOnce([...started]).mockReturnValueOnce([...elapsed]);
  const { app, lines } = appWith((_request, response) => void response.end());
  await request(app).get('/');
  expect(lines).toEqual([{ ...line, ms: 1_234.6 }]);
  expect(hrtime.mock.calls).toEqual([[], [started]]);
  hrtime.mockRestore();
});

test('the line has the route, the caller, the problem, and what the runtime adds', async () => {
  const { app, lines } = appWith(
    (request, response) => {
      request.routeKey = 'GET /items/{id}';
      request.caller = { pool: 'staff', subject: 'subject', username: 'secret' } as never;
      request.problem = new Problem({ status: 403, code: 'not_allowed', detail: 'No.', reason: 'rule_not_met' });
      response.status(403).end();
    },
    () => ({ lambda: 'lambda-id' }),
  );
  await request(app).get('/items/1');
  expect(lines).toEqual([
    {
      ...line,
      status: 403,
      route: 'GET /items/{id}',
      pool: 'staff',
      subject: 'subject',
      code: 'not_allowed',
      reason: 'rule_not_met',
      lambda: 'lambda-id',
    },
  ]);
});

test('a problem without a reason leaves none', async () => {
  const { app, lines } = appWith((request, response) => {
    request.problem = new Problem({ status: 404, code: 'not_found', detail: 'Nothing.' });
    response.status(404).end();
  });
  await request(app).get('/');
  expect(lines).toEqual([{ ...line, status: 404, code: 'not_found' }]);
});

test('a request that its caller gives up leaves one line that says so', async () => {
  let resolve: () => void;
  const closed = new Promise<void>((settle) => (resolve = settle));
  const { app, lines } = appWith((_request, response) => {
    response.on('close', () => resolve());
    response.write('begun');
    response.destroy();
  });
  await expect(request(app).get('/')).rejects.toThrow('socket hang up');
  await closed;
  expect(lines).toEqual([{ ...line, aborted: true }]);
});

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const traceparent = (version: string, traceId: string, parentId = 'b7ad6b7169203331', rest = '01') =>
  `${version}-${traceId}-${parentId}-${rest}`;

test.each([
  ['as of today', traceparent('00', TRACE_ID)],
  ['of a later version', traceparent('cc', TRACE_ID, undefined, '01-more')],
])("the line has the id of the caller's trace, whose traceparent is %s", async (_what, header) => {
  const { app, lines } = appWith((_request, response) => void response.end());
  await request(app).get('/').set('traceparent', header);
  expect(lines).toEqual([{ ...line, traceId: TRACE_ID }]);
});

test.each([
  ['all zeros as trace id', traceparent('00', '0'.repeat(32))],
  ['all zeros as parent id', traceparent('00', TRACE_ID, '0'.repeat(16))],
  ['the version that is forbidden', traceparent('ff', TRACE_ID)],
  ['capital letters', traceparent('00', TRACE_ID.toUpperCase())],
  ['more than its version has', traceparent('00', TRACE_ID, undefined, '01-more')],
  ['a token', `Bearer ${'a'.repeat(47)}`],
])('the line has nothing of a traceparent with %s', async (_what, header) => {
  const { app, lines } = appWith((_request, response) => void response.end());
  await request(app).get('/').set('traceparent', header);
  expect(lines).toEqual([line]);
});
