import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { routesFor } from '../../../app/platform/http/route.js';
import type { Services } from '../../harness/fixture-api/services.js';
import { startApi, type Api } from '../../harness/test-api.js';

const { expressRoute } = routesFor<Services>();
const origin = 'https://shop.example';
let api: Api;
let chef: string;
beforeAll(async () => {
  api = await startApi({ corsOrigins: [origin] });
  chef = `Bearer ${api.staff.accessToken({ 'cognito:groups': ['chefs'] })}`;
});
afterAll(() => api.close());

const post = () => request(api.app).post('/items').set('Authorization', chef);

describe('every error is a problem with a code', () => {
  test.each([
    ['an unknown path', () => request(api.app).get('/nowhere'), 404, 'not_found'],
    ['another letter case', () => request(api.app).get('/HEALTH'), 404, 'not_found'],
    ['a slash too many', () => request(api.app).get('/health/'), 404, 'not_found'],
    ['another method', () => request(api.app).delete('/items'), 405, 'method_not_allowed'],
    ['a path that does not decode', () => request(api.app).get('/items/%E0%A4%A'), 400, 'path_malformed'],
    ['a body that is no JSON', () => post().type('json').send('{'), 400, 'body_malformed'],
    ['no body', () => post(), 415, 'media_type_unsupported'],
    ['a body of another type', () => post().type('text').send('x'), 415, 'media_type_unsupported'],
    [
      'JSON in another charset',
      () => post().type('application/json; charset=x').send('{}'),
      415,
      'media_type_unsupported',
    ],
    ['a body that is too large', () => post().send({ name: 'x'.repeat(200_000) }), 413, 'body_too_large'],
  ])('%s', async (_what, call, status, code) => {
    const { body, headers, ...answer } = await call();
    expect([answer.status, body.code, body.status]).toEqual([status, code, status]);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body.instance).toBe(headers['x-request-id']);
  });

  test('a 405 lists the methods that are allowed', async () => {
    const { headers } = await request(api.app).delete('/items');
    expect(headers['allow']).toBe('GET, POST, HEAD, OPTIONS');
  });

  test('without a token the body is not read', async () => {
    const { status } = await request(api.app)
      .post('/items')
      .send({ name: 'x'.repeat(200_000) });
    expect(status).toBe(401);
  });

  test('an unknown path is 404, whatever the token', async () => {
    const { status } = await request(api.app).get('/nowhere').set('Authorization', 'Bearer nonsense');
    expect(status).toBe(404);
  });
});

describe('every response carries', () => {
  test('a request id of its own, whatever the caller sends', async () => {
    const [first, second] = await Promise.all([
      request(api.app).get('/health').set('X-Request-Id', 'mine'),
      request(api.app).get('/health').set('X-Request-Id', 'mine'),
    ]);
    expect(first?.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    expect(first?.headers['x-request-id']).not.toBe(second?.headers['x-request-id']);
  });

  test('no name of the server, and nothing that a cache may store', async () => {
    const { headers } = await request(api.app).get('/health');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('other origins', () => {
  test('a listed origin may read responses', async () => {
    const { headers } = await request(api.app).get('/health').set('Origin', origin);
    expect(headers['access-control-allow-origin']).toBe(origin);
  });

  test('another origin may not', async () => {
    const { headers } = await request(api.app).get('/health').set('Origin', 'https://evil.example');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('a preflight of a listed origin needs no token, and allows the headers that routes read', async () => {
    const { status, headers } = await request(api.app).options('/items').set({
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-headers': 'authorization,content-type,idempotency-key,traceparent',
      'access-control-allow-methods': 'GET,POST',
    });
  });

  test('pages may read the headers that routes send', async () => {
    const { headers } = await request(api.app).get('/health').set('Origin', origin);
    expect(headers).toMatchObject({
      'access-control-expose-headers': 'location,retry-after,www-authenticate,x-request-id',
    });
  });
});

describe('the log', () => {
  const requestLines = () =>
    api.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'request');

  test('has one line a request that names the route and the caller, not the URL', async () => {
    const before = requestLines().length;
    const { headers } = await request(api.app)
      .get('/items/eyJhbGciOiJub25lIn0?access_token=eyJhbGciOiJub25lIn0')
      .set('Authorization', `Bearer ${api.customers.accessToken()}`);
    const lines = requestLines().slice(before);
    expect(lines).toEqual([
      expect.objectContaining({
        requestId: headers['x-request-id'],
        method: 'GET',
        route: 'GET /items/{id}',
        status: 404,
        code: 'not_found',
        pool: 'customers',
      }),
    ]);
  });

  test('names the caller of a 403, whose token was verified', async () => {
    const before = requestLines().length;
    await request(api.app).get('/').set('Authorization', chef);
    expect(requestLines().slice(before)).toEqual([
      expect.objectContaining({ status: 403, code: 'not_allowed', reason: 'pool_not_allowed', pool: 'staff' }),
    ]);
  });

  test('never holds a token, whatever was sent wherever', async () => {
    const token = api.customers.accessToken();
    await request(api.app).get('/').set('Authorization', `Bearer ${token}`);
    await request(api.app).get('/').set('Authorization', `Bearer ${token}x`);
    await request(api.app)
      .get(`/${token}?access_token=${token}`)
      .set({ Cookie: `t=${token}`, 'X-Request-Id': token });
    await post().type('json').send(`{"token": ${token}`);
    expect(api.lines.length).toBeGreaterThan(0);
    expect(api.lines.filter((line) => line.includes('eyJ'))).toEqual([]);
  });
});

describe('an unexpected error', () => {
  test.each(['sync', 'async'])(
    'a handler that fails (%s) is a 500 that tells the request id and nothing else',
    async (how) => {
      const boom =
        how === 'sync'
          ? () => {
              throw new Error('secret detail');
            }
          : async () => {
              throw new Error('secret detail');
            };
      const broken = await startApi({
        routes: [expressRoute({ method: 'GET', path: '/', allow: 'everyone', summary: 'Breaks', express: () => boom })],
      });
      const { status, body, text, headers } = await request(broken.app).get('/');
      await broken.close();
      expect([status, body.code, body.instance]).toEqual([500, 'internal', headers['x-request-id']]);
      expect(text).not.toMatch(/secret detail|at .*\.ts/);
      expect(broken.lines.find((line) => line.includes('unexpected error'))).toContain('secret detail');
    },
  );
});
