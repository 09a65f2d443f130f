import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpApiEvent } from './gateway/event.js';
import { authorizerOf } from './environment.js';
import { startHttpApi } from './gateway/http-api.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import type { LoopbackServer } from './loopback-server.js';

const ROUTES = [
  { routeKey: 'GET /health', pool: null, scopes: [] },
  { routeKey: 'ANY /files/{path+}', pool: null, scopes: [] },
  { routeKey: 'GET /items/{id}', pool: null, scopes: [] },
  { routeKey: 'GET /items/new', pool: null, scopes: [] },
  { routeKey: 'GET /guarded', pool: 'customers', scopes: [] },
  { routeKey: 'POST /guarded', pool: 'customers', scopes: ['fixture-api/items.write', 'fixture-api/admin'] },
];

let customers: Issuer;
let api: LoopbackServer;
let answer: unknown;
let received: HttpApiEvent[];

beforeAll(async () => {
  customers = await startIssuer();
  api = await startHttpApi({
    routes: ROUTES,
    authorizers: { customers: authorizerOf(customers) },
    async invoke(event) {
      received.push(event);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
});

afterAll(async () => {
  await api.close();
  await customers.close();
});

async function call(path: string, init: RequestInit = {}, result: unknown = { statusCode: 200 }) {
  answer = result;
  received = [];
  const response = await fetch(api.url + path, init);
  return { status: response.status, headers: response.headers, body: await response.text(), event: received[0] };
}

describe('routes', () => {
  test.each([
    ['GET', '/health', 'GET /health', undefined],
    ['GET', '/items/first', 'GET /items/{id}', { id: 'first' }],
    ['GET', '/items/new', 'GET /items/new', undefined],
    ['PUT', '/files/a/b', 'ANY /files/{path+}', { path: 'a/b' }],
  ])('%s %s goes to %s', async (method, path, routeKey, pathParameters) => {
    const { event } = await call(path, { method });
    expect({ routeKey: event?.routeKey, pathParameters: event?.pathParameters }).toEqual({ routeKey, pathParameters });
  });

  test.each([
    ['GET', '/health/'],
    ['POST', '/health'],
    ['HEAD', '/health'],
    ['GET', '/items/'],
    ['GET', '/Health'],
  ])('%s %s is a 404 of the gateway', async (method, path) => {
    const { status, body, event } = await call(path, { method });
    expect(status).toBe(404);
    expect(body).toBe(method === 'HEAD' ? '' : '{"message":"Not Found"}');
    expect(event).toBeUndefined();
  });
});

// Measured on AWS: https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json
describe('paths arrive decoded', () => {
  test.each([
    ['space%20value', 'space value'],
    ['question%3Fvalue', 'question'],
    ['hash%23value', 'hash#value'],
    ['slash%2Fvalue', 'slash/value'],
    ['unicode-%CE%BB', 'unicode-λ'],
    ['literal%252Fvalue', 'literal/value'],
    ['literal%2525value', 'literal%value'],
  ])('%s as %s', async (sent, arrived) => {
    const { event } = await call(`/files/${sent}?q=%20`);
    expect(event?.rawPath).toBe(`/files/${arrived}`);
    expect(event?.rawQueryString).toBe('q=%20');
  });

  test('a path that does not decode twice is refused', async () => {
    const { status, event } = await call('/files/percent%25done');
    expect(status).toBe(400);
    expect(event).toBeUndefined();
  });
});

describe('an event', () => {
  test('joins repeated headers and query keys, and sets cookies apart', async () => {
    const { event } = await call('/health?a=1&a=%20&b=x+y', {
      headers: [
        ['X-Many', 'one'],
        ['X-Many', 'two'],
        ['Cookie', 'a=1; b=2'],
      ],
    });
    expect(event).toMatchObject({
      rawQueryString: 'a=1&a=%20&b=x+y',
      queryStringParameters: { a: '1, ', b: 'x y' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-many': 'one, two', 'x-forwarded-proto': 'https' },
    });
    expect(event?.headers).not.toHaveProperty('cookie');
  });

  test.each([
    ['application/json', '{"a":"λ"}', false],
    ['application/json; charset=utf-8', '{}', false],
    ['text/csv', 'a,b', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['application/problem+json', '{}', true],
    ['application/octet-stream', '\u0000\u0001', true],
  ])('holds a body of %s as it is or in base64', async (type, body, isBase64Encoded) => {
    const { event } = await call('/files/x', { method: 'POST', body, headers: { 'content-type': type } });
    expect(event).toMatchObject({ isBase64Encoded });
    expect(Buffer.from(event?.body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString()).toBe(body);
  });

  test('has no body where none was sent', async () => {
    const { event } = await call('/files/x', { method: 'POST' });
    expect(event).toMatchObject({ isBase64Encoded: false });
    expect(event).not.toHaveProperty('body');
  });
});

describe('a response of the function', () => {
  test('in base64 becomes bytes, its cookies headers', async () => {
    const { headers, body, status } = await call(
      '/health',
      {},
      {
        statusCode: 418,
        headers: { 'content-type': 'image/x' },
        cookies: ['a=1', 'b=2'],
        body: Buffer.from('pixels').toString('base64'),
        isBase64Encoded: true,
      },
    );
    expect({ status, body, cookies: headers.getSetCookie() }).toEqual({
      status: 418,
      body: 'pixels',
      cookies: ['a=1', 'b=2'],
    });
  });

  test('without a status is JSON with 200', async () => {
    const { headers, body, status } = await call('/health', {}, { a: 1 });
    expect([status, headers.get('content-type'), body]).toEqual([200, 'application/json', '{"a":1}']);
  });

  test('of a function that fails is 500 and tells nothing', async () => {
    const { body, status } = await call('/health', {}, new Error('secret'));
    expect([status, body]).toEqual([500, '{"message":"Internal Server Error"}']);
  });
});

describe('a JWT authorizer', () => {
  const as = (token: string, method = 'GET') => call('/guarded', { method, headers: { authorization: token } });

  test('lets a token of its pool through and hands its claims over as strings', async () => {
    const { event } = await as(`Bearer ${customers.accessToken({ 'cognito:groups': ['a', 'b'], auth_time: 5 })}`);
    expect(event?.requestContext.authorizer?.jwt).toMatchObject({
      claims: { client_id: customers.clientId, 'cognito:groups': '[a b]', auth_time: '5' },
      scopes: null,
    });
  });

  test('looks at client_id only where there is no aud', async () => {
    expect((await as(customers.accessToken({ aud: customers.clientId, client_id: 'other' }))).status).toBe(200);
    expect((await as(customers.accessToken({ aud: 'other' }))).status).toBe(401);
  });

  test('refuses a call without a token, and a token of somebody else', async () => {
    const other = await startIssuer();
    const forged = await as(other.accessToken());
    await other.close();
    expect([forged.status, forged.body, forged.event]).toEqual([401, '{"message":"Unauthorized"}', undefined]);
    const bare = await call('/guarded');
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test('asks for one of the scopes of a route', async () => {
    expect((await as(customers.accessToken({ scope: 'x fixture-api/admin' }), 'POST')).status).toBe(200);
    const { status, body } = await as(customers.accessToken({ scope: 'x' }), 'POST');
    expect([status, body]).toEqual([403, '{"message":"Forbidden"}']);
  });
});
