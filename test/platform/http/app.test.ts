import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Express, Request, RequestHandler } from 'express';
import pino from 'pino';
import request from 'supertest';
import * as z from 'zod/mini';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { createApp, type AppOptions } from '../../../app/platform/http/app.js';
import { assertRoute } from '../../../app/platform/http/assert-route.js';
import { createMetrics } from '../../../app/platform/http/metrics.js';
import { Problem } from '../../../app/platform/http/problem.js';
import type { Route } from '../../../app/platform/http/route.js';

const services = {};

/** A route for everyone whose response is its key, unless the line says otherwise. */
const line = (method: string, path: string, more: object = {}) =>
  ({
    method,
    path,
    allow: 'everyone',
    handle: () => ({ status: 200, body: `${method} ${path}` }),
    ...more,
  }) as unknown as Route<typeof services>;

const admitAll: RequestHandler = (_request, _response, next) => next();

/** An app of these routes, and the lines of its log. */
function appOf(routes: readonly Route<typeof services>[], options: Partial<AppOptions<typeof services>> = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, timestamp: false },
    { write: (text) => lines.push(JSON.parse(text) as Record<string, unknown>) },
  );
  return { lines, app: createApp({ routes, services, guard: () => admitAll, realm: 'test', log, ...options }) };
}

describe('every response has', () => {
  let app: Express;
  beforeAll(() => {
    ({ app } = appOf([line('GET', '/a')]));
  });

  test.each(['/a', '/nowhere'])('headers that tell browsers to keep away from it: %s', async (path) => {
    const { headers } = await request(app).get(path);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  test('no name of the server, no ETag of its bytes, and no header of CORS unless origins are listed', async () => {
    const { headers } = await request(app).get('/a').set('Origin', 'https://a.example');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers).not.toHaveProperty('vary');
  });

  test('a request id of its own', async () => {
    const ids = [await request(app).get('/a'), await request(app).get('/a')].map(
      ({ headers }) => headers['x-request-id'],
    );
    expect(ids[0]).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(ids[1]).not.toBe(ids[0]);
  });

  test('the request id of the runtime, where it has one', async () => {
    const withIds = appOf([line('GET', '/a')], { requestId: ({ url }: Request) => `id of ${url}` });
    expect((await request(withIds.app).get('/a')).headers['x-request-id']).toBe('id of /a');
  });
});

test('pages of listed origins may read responses', async () => {
  const { app } = appOf([line('GET', '/a')], { corsOrigins: ['https://a.example', 'https://b.example'] });
  const { headers } = await request(app).get('/a').set('Origin', 'https://a.example');
  expect(headers['access-control-allow-origin']).toBe('https://a.example');
});

describe('the line in the log', () => {
  test('has what the runtime and the metrics add', async () => {
    const metrics = createMetrics({ namespace: 'api', functionName: 'api-dev', now: () => 1 });
    const { app, lines } = appOf([line('GET', '/a')], { logFields: () => ({ lambda: 'x' }), metrics });
    await request(app).get('/a');
    expect(lines).toEqual([
      expect.objectContaining({ route: 'GET /a', status: 200, lambda: 'x', function: 'api-dev', requests: 1 }),
    ]);
  });

  test('has no more than the request without them', async () => {
    const { app, lines } = appOf([line('GET', '/a')]);
    await request(app).get('/a');
    expect(lines.map((each) => Object.keys(each))).toEqual([
      ['level', 'requestId', 'method', 'route', 'status', 'ms', 'msg'],
    ]);
  });
});

describe('a request finds its route', () => {
  const routes = [
    line('GET', '/notes/{id}'),
    line('PUT', '/notes/{id}/text'),
    line('GET', '/notes/newest'),
    line('GET', '/{kind}/newest/text'),
    line('DELETE', '/notes/{id}'),
    line('GET', '/notes/{id}/{part}'),
    line('GET', '/'),
  ];

  test.each([
    ['GET', '/', 'GET /'],
    ['GET', '/notes/1', 'GET /notes/{id}'],
    ['DELETE', '/notes/1', 'DELETE /notes/{id}'],
    ['PUT', '/notes/1/text', 'PUT /notes/{id}/text'],
    ['GET', '/notes/1/title', 'GET /notes/{id}/{part}'],
    // A literal segment comes before a parameter, the first segments first, as in API Gateway.
    ['GET', '/notes/newest', 'GET /notes/newest'],
    ['GET', '/other/newest/text', 'GET /{kind}/newest/text'],
    ['GET', '/notes/%6Eewest', 'GET /notes/{id}'],
  ])('%s %s is %s, whatever the order of the table', async (method, path, expected) => {
    for (const table of [routes, routes.toReversed()]) {
      const { app } = appOf(table);
      const { status, body } = await request(app)[method.toLowerCase() as 'get'](path);
      expect([status, body]).toEqual([200, expected]);
    }
  });

  test('by segments, however long the names of parameters are', async () => {
    const { app } = appOf([line('GET', '/{kind}/{id}'), line('GET', '/{k}/new')]);
    expect((await request(app).get('/notes/new')).body).toBe('GET /{k}/new');
  });

  test('by the more specific path alone: what that lacks, a path that matches as well does not serve', async () => {
    const { app } = appOf(routes);
    const { status, headers } = await request(app).delete('/notes/newest');
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test.each(['/NOTES/1', '/notes/1/', '/notes//1', '/notes', '/notes/1/2/3'])('but not by %s', async (path) => {
    expect((await request(appOf(routes).app).get(path)).status).toBe(404);
  });

  test('and its query is a list of names and texts, without brackets that make objects', async () => {
    const seen: unknown[] = [];
    const handle = ({ request: { query } }: { request: Request }) => {
      seen.push({ ...query });
      return { status: 204 };
    };
    await request(appOf([line('GET', '/a', { handle })]).app).get('/a?b[c]=1&d=2&d=3');
    expect(seen).toEqual([{ 'b[c]': '1', d: ['2', '3'] }]);
  });
});

describe('a route is guarded by its own rules', () => {
  const allow = [{ pool: 'customers' }];
  const refused = new Problem({ status: 401, code: 'token_missing', detail: 'No.', challenge: '' });
  const guarded = () => {
    const asked: Allow[] = [];
    const refuse: RequestHandler = (_request, _response, next) => next(refused);
    const guard = (rules: Allow) => {
      asked.push(rules);
      return rules === 'everyone' ? admitAll : refuse;
    };
    return { asked, ...appOf([line('GET', '/a', { allow }), line('GET', '/b')], { guard }) };
  };

  test('which the guard gets when the app is made', () => {
    expect(guarded().asked).toEqual([allow, 'everyone']);
  });

  test('before its handler runs; the challenge names the realm, and the log the route', async () => {
    const { app, lines } = guarded();
    const { status, headers, body } = await request(app).get('/a');
    expect([status, body.code, headers['www-authenticate']]).toEqual([401, 'token_missing', 'Bearer realm="test"']);
    expect(lines).toMatchObject([{ route: 'GET /a', status: 401, code: 'token_missing' }]);
    expect((await request(app).get('/b')).body).toBe('GET /b');
  });
});

describe('a revocable route', () => {
  const allow = [{ pool: 'customers' }];
  const handle = () => ({ status: 204 });
  const revocable = (path: string, revocable: unknown) => line('GET', path, { allow, handle, revocable });

  test('is checked after its guard, with the delay that it accepts; a route that does not ask is not', async () => {
    const seen: unknown[] = [];
    const noting = (what: unknown): RequestHandler => {
      return (_request, _response, next) => {
        seen.push(what);
        next();
      };
    };
    const { app } = appOf(
      [revocable('/a', true), revocable('/b', { withinSeconds: 60 }), line('GET', '/c', { allow, handle })],
      { guard: () => noting('guard'), revocationGuard: noting },
    );
    for (const path of ['/a', '/b', '/c']) expect((await request(app).get(path)).status).toBe(204);
    expect(seen).toEqual(['guard', 5, 'guard', 60, 'guard']);
  });

  test('does not run for a token that was revoked', async () => {
    const revoked = new Problem({ status: 401, code: 'token_revoked', detail: 'No.', challenge: '' });
    const refuse: RequestHandler = (_request, _response, next) => next(revoked);
    const { app } = appOf([revocable('/a', true)], { revocationGuard: () => refuse });
    const { status, body } = await request(app).get('/a');
    expect([status, body.code]).toEqual([401, 'token_revoked']);
  });

  test('stops the start of an app that has no revocation guard', () => {
    const message = 'it is revocable, but the app has no revocationGuard';
    expect(() => appOf([revocable('/a', true)])).toThrow(
      new Error(`Route GET /a: ${message}`, { cause: new Error(message) }),
    );
  });
});

describe('a request has a deadline', () => {
  async function deadline(options: Partial<AppOptions<typeof services>>) {
    let deadlineMs = 0;
    const handle = (call: { deadlineMs: number }) => {
      ({ deadlineMs } = call);
      return { status: 204 };
    };
    const before = Date.now();
    await request(appOf([line('GET', '/a', { handle })], options).app).get('/a');
    return { earliest: deadlineMs - before, latest: deadlineMs - Date.now() };
  }

  test('10 s after it came in', async () => {
    const { earliest, latest } = await deadline({});
    expect(earliest).toBeGreaterThanOrEqual(10_000);
    expect(latest).toBeLessThanOrEqual(10_000);
  });

  test('or when the time that the runtime leaves it is over', async () => {
    const { earliest, latest } = await deadline({ remainingMs: ({ path }) => (path === '/a' ? 60_000 : 0) });
    expect(earliest).toBeGreaterThanOrEqual(60_000);
    expect(latest).toBeLessThanOrEqual(60_000);
  });
});

describe('a route that the compiler did not see stops the start', () => {
  const own = [{ pool: 'customers', ownerOnly: true }];
  const shops = (...names: string[]) => [{ pool: 'customers', claims: names.map((name) => ({ name })) }];
  const handle = () => ({ status: 204 });

  test.each<[string, object, string]>([
    ['without allow', { allow: undefined }, "allow must be 'everyone' or a list of access rules"],
    ['without a handler', { handle: undefined }, 'it has no handler'],
    ...['/:id', '/{id', '/{id}.json', '/{path+}', '/*', '/a b', 'a', ''].map((path): [string, object, string] => [
      `with the path ${path}`,
      { path },
      'the segments of its path must be plain text or {name}',
    ]),
    [
      'with a rule of an owner and no resource',
      { allow: [{ pool: 'staff' }, ...own] },
      'a rule of owner() needs a resource: use resourceRoute',
    ],
    ...[[{ pool: 'staff', claims: [{ name: 'shop' }] }, { pool: 'staff' }], shops('store'), 'everyone'].map(
      (allow): [string, object, string] => [
        `with a tenant, but ${JSON.stringify(allow)}`,
        { tenant: 'shop', allow },
        "each rule of a route with a tenant asks for the claim: .claim('shop')",
      ],
    ),
    [
      'with a tenant, of an Express handler',
      { tenant: 'shop', allow: shops('shop'), handle: undefined, express: () => admitAll },
      "an Express handler is made once, for all tenants: use route, or take the tenant from the caller's claims",
    ],
    [
      'revocable, though everyone may call it',
      { revocable: true },
      'it is revocable, but everyone may call it without a token',
    ],
    ...[null, false, 5, {}, ...[0, 301, 1.5, '5', NaN].map((withinSeconds) => ({ withinSeconds }))].map(
      (revocable): [string, object, string] => [
        `revocable: ${JSON.stringify(revocable)}`,
        { allow: [{ pool: 'staff' }], revocable },
        'revocable must be true or { withinSeconds: N }, a whole number from 1 to 300',
      ],
    ),
  ])('%s', (_what, more, message) => {
    const broken = line('GET', '/a', more);
    const error = new Error(`Route GET ${broken.path}: ${message}`, { cause: new Error(message) });
    expect(() => assertRoute(broken as Route)).toThrow(error);
    expect(() => appOf([broken])).toThrow(error);
  });

  test.each<[string, object]>([
    ['for everyone', { handle }],
    ['with rules', { handle, allow: [{ pool: 'staff' }] }],
    ['with a plain Express handler', { handle: undefined, express: () => admitAll }],
    ['with a rule of an owner and a resource', { handle, allow: own, resource: {} }],
    ['with a schema', { handle, input: async () => ({ query: z.object({}) }) }],
    [
      'with a tenant that each rule asks for',
      { handle, allow: [...shops('a', 'shop'), ...shops('shop')], tenant: 'shop' },
    ],
    ...[true, { withinSeconds: 1 }, { withinSeconds: 300 }].map((revocable): [string, object] => [
      `revocable: ${JSON.stringify(revocable)}`,
      { handle, allow: [{ pool: 'staff' }], revocable },
    ]),
  ])('%s does not', (_what, more) => {
    expect(() => assertRoute(line('GET', '/a', more) as Route)).not.toThrow();
  });
});

test('an error that nobody expected goes to the log of the app', async () => {
  const handle = () => {
    throw new Error('secret');
  };
  const { app, lines } = appOf([line('GET', '/a', { handle })]);
  const { status, body } = await request(app).get('/a');
  expect([status, body.code]).toEqual([500, 'internal']);
  expect(lines).toMatchObject([{ msg: 'unexpected error', error: { message: 'secret' } }, { msg: 'request' }]);
});
