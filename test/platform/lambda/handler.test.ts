import { describe, expect, test } from '@jest/globals';
import { lambdaOf } from './invocations.js';

// First, since the adapter's classes serve the first app of a process.
test("requests and responses are of the adapter's classes on every invocation: Express need not change their prototypes", async () => {
  const lambda = lambdaOf((request, response) => {
    response.json([request, response].map((object) => object.constructor.name).concat(String(request.ip)));
  });
  for (const { body } of [await lambda.invoke(), await lambda.invoke(), await lambda.invoke()]) {
    expect(JSON.parse(body ?? '')).toEqual(['ServerlessRequest', 'ServerlessResponse', '192.0.2.1']);
  }
});

describe('a request', () => {
  test('has what the event holds', async () => {
    const lambda = lambdaOf((request, response) => {
      const { method, originalUrl, query, headers, ip, invocation } = request;
      response.json({ method, originalUrl, query, headers, ip, event: invocation?.event.requestContext.apiId });
    });
    const { body } = await lambda.invoke({
      rawQueryString: 'a=1&b=%20',
      headers: { host: 'api.example', accept: 'x/y' },
      cookies: ['a=1', 'b=2'],
    });
    expect(JSON.parse(body ?? '')).toEqual({
      method: 'GET',
      originalUrl: '/x?a=1&b=%20',
      query: { a: '1', b: ' ' },
      headers: { host: 'api.example', accept: 'x/y', cookie: 'a=1; b=2' },
      ip: '192.0.2.1',
      event: 'a1b2c3d4e5',
    });
  });

  test("has the gateway's id, and its log line has Lambda's as well", async () => {
    const lambda = lambdaOf((request, response) => void response.json(request.id));
    const { headers, body } = await lambda.invoke();
    expect([headers?.['x-request-id'], body]).toEqual(['JKJaXmPLvHcESHA=', '"JKJaXmPLvHcESHA="']);
    expect(lambda.lines()).toEqual([
      expect.objectContaining({ requestId: 'JKJaXmPLvHcESHA=', lambdaRequestId: 'lambda-id', route: 'GET /x' }),
    ]);
  });

  test.each([
    ['text', '{"a":"λ"}', false],
    ['base64', Buffer.from('{"a":"λ"}').toString('base64'), true],
  ])('has its body, sent as %s, as a stream alone', async (_how, body, isBase64Encoded) => {
    const lambda = lambdaOf((request, response) => {
      const parsed: unknown = request.body;
      const pieces: Buffer[] = [];
      request
        .on('data', (piece: Buffer) => pieces.push(piece))
        .on('end', () => response.json({ parsed: String(parsed), text: Buffer.concat(pieces).toString() }));
    });
    const response = await lambda.invoke({ body, isBase64Encoded });
    expect(JSON.parse(response.body ?? '')).toEqual({ parsed: 'undefined', text: '{"a":"λ"}' });
  });

  test('has a socket that takes listeners', async () => {
    const lambda = lambdaOf((request, response) => {
      request.socket.once('close', () => response.json(request.socket.remoteAddress)).emit('close');
    });
    expect(await lambda.invoke()).toMatchObject({ statusCode: 200, body: '"192.0.2.1"' });
  });

  test('of another kind is refused', async () => {
    const lambda = lambdaOf((_request, response) => void response.end());
    await expect(lambda.invoke({ version: '1.0' })).rejects.toMatchObject({ name: 'UnsupportedEvent' });
  });
});

describe('a response', () => {
  test('becomes status, headers, cookies and body', async () => {
    const lambda = lambdaOf((_request, response) => {
      response.status(418).cookie('a', '1').cookie('b', '2').set('X-List', ['x', 'y']).send('λ');
    });
    expect(await lambda.invoke()).toMatchObject({
      statusCode: 418,
      headers: { 'x-list': 'x,y' },
      cookies: ['a=1; Path=/', 'b=2; Path=/'],
      body: 'λ',
      isBase64Encoded: false,
    });
  });

  const text = [
    'text/html',
    'text/vnd.a-b+c; charset=utf-8',
    'TEXT/PLAIN;charset=UTF-8',
    'text/plain  ;  charset="utf-8"',
    'application/json',
    'application/problem+json; charset=utf-8',
    'application/vnd.a-b.c+xml',
    'application/xml',
    'application/javascript',
  ];
  const binary = [
    'image/png',
    'text/',
    'x-text/html',
    'text/plain; charset=latin1',
    'text/plain; charset=utf-8; format=flowed',
    'text/plain charset=utf-8',
    'text/a b',
    'application/octet-stream',
    'application/jsonl',
    'application/x-json',
    'application/+json',
    'application/a b+json',
    'x-application/json',
  ];
  test.each([
    ...text.map((type) => ({ type, isBase64Encoded: false })),
    ...binary.map((type) => ({ type, isBase64Encoded: true })),
  ])('of the type $type is in base64: $isBase64Encoded', async ({ type, isBase64Encoded }) => {
    const bytes = Buffer.from('λ');
    const lambda = lambdaOf((_request, response) => void response.setHeader('Content-Type', type).end(bytes));
    const body = bytes.toString(isBase64Encoded ? 'base64' : 'utf8');
    expect(await lambda.invoke()).toMatchObject({ body, isBase64Encoded });
  });

  test('without a type is text, and one with a Content-Encoding is in base64', async () => {
    const plain = lambdaOf((_request, response) => void response.end('x'));
    const encoded = lambdaOf((_request, response) => {
      response.type('json').set('Content-Encoding', 'br').end('x');
    });
    expect(await plain.invoke()).toMatchObject({ body: 'x', isBase64Encoded: false });
    expect(await encoded.invoke()).toMatchObject({ body: 'eA==', isBase64Encoded: true });
  });

  test('has nothing waiting, and closes after it is finished', async () => {
    const seen: unknown[] = [];
    const lambda = lambdaOf((_request, response) => {
      response
        .once('close', () => seen.push('close', response.writableFinished))
        .once('finish', () => seen.push('finish'));
      seen.push(response.writableLength);
      response.end();
      // After `end`, there is nothing to destroy.
      response.destroy();
    });
    expect(await lambda.invoke()).toMatchObject({ statusCode: 200 });
    await new Promise(setImmediate);
    expect(seen).toEqual([0, 'finish', 'close', true]);
    expect(lambda.lines()).toEqual([expect.objectContaining({ status: 200, msg: 'request' })]);
  });
});

test.each([
  ['half a second', 60_000, 500],
  ['half of what is left of the invocation', 700, 350],
])('spans are sent before the response is handed over, in %s at most', async (_limit, timeoutMs, expectedMs) => {
  const events: (string | undefined)[] = [];
  const limits: number[] = [];
  const flush = async (limitMs: number) => {
    limits.push(limitMs);
    await new Promise(setImmediate);
    events.push('flushed');
  };
  const lambda = lambdaOf((_request, response) => void response.end('done'), timeoutMs, { tracer: { flush } });
  events.push((await lambda.invoke()).body);
  expect(events).toEqual(['flushed', 'done']);
  const [limitMs = 0] = limits;
  expect(limitMs).toBeLessThanOrEqual(expectedMs);
  expect(limitMs).toBeGreaterThan(0);
});
