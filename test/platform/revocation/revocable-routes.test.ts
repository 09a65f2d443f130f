import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import express from 'express';
import pino from 'pino';
import request from 'supertest';
import { createGuard } from '../../../app/platform/auth/guard.js';
import { startPoolKeys } from '../../../app/platform/auth/pool-keys.js';
import { readLocalSettings } from '../../../app/platform/config/settings.js';
import { openApiDocument } from '../../../app/platform/contract/openapi.js';
import { bindServices } from '../../../app/platform/dynamodb/tenant-table.js';
import { createTable, storeUnavailable } from '../../../app/platform/dynamodb/table.js';
import { createApp, type AppOptions } from '../../../app/platform/http/app.js';
import { respond, type Route } from '../../../app/platform/http/route.js';
import { createHandler } from '../../../app/platform/lambda/handler.js';
import { issuanceOf } from '../../../app/platform/revocation/issuance.js';
import { createRevocationGuard } from '../../../app/platform/revocation/revocation-guard.js';
import { createRevocations } from '../../../app/platform/revocation/revocations.js';
import { checkResponses, type ResponseCheck } from '../../harness/documented-responses.js';
import { access, customers, staff } from '../../harness/fixture-api/access.js';
import { product } from '../../harness/fixture-api/product.js';
import { routes as fixtureRoutes } from '../../harness/fixture-api/routes.js';
import { createServices, route, type Services } from '../../harness/fixture-api/services.js';
import { settings } from '../../harness/fixture-api/settings.js';
import { table as definition } from '../../harness/fixture-api/table.js';
import { startIssuer, type Issuer } from '../../harness/issuer.js';
import { startTable, type TableUnderTest } from '../../harness/table-under-test.js';

/** What a handler does with the service, on revocable routes of its own. */
const own: readonly Route<Services>[] = [
  route({
    method: 'POST',
    path: '/me/sign-out',
    allow: [customers, staff],
    summary: 'Sign out everywhere',
    revocable: { withinSeconds: 1 },
    responses: async () => ({ 204: null }),
    problems: [storeUnavailable],
    handle: async ({ caller, services, deadlineMs }) => {
      await services.revocations.revoke(caller, deadlineMs);
      return respond(204);
    },
  }),
  route({
    method: 'POST',
    path: '/me/sign-out-here',
    allow: [customers, staff],
    summary: 'End this sign-in',
    revocable: { withinSeconds: 1 },
    responses: async () => ({ 204: null }),
    problems: [storeUnavailable],
    handle: async ({ caller, request: received, services, deadlineMs }) => {
      const { originJti = '' } = issuanceOf(received);
      await services.revocations.revokeSignIn({ ...caller, originJti }, deadlineMs);
      return respond(204);
    },
  }),
];
const routes = [...fixtureRoutes, ...own];

let issuer: Issuer;
let started: TableUnderTest<(typeof definition)['indexes'][number]>;
const checks: ResponseCheck[] = [];
const closers: (() => void)[] = [];
/** Milliseconds since the epoch, for all that decide by age. */
let nowMs = Date.now();

beforeAll(async () => {
  issuer = await startIssuer('staff');
  started = await startTable(definition);
});
afterAll(async () => {
  for (const close of closers) close();
  await Promise.all([issuer.close(), started.close()]);
  const violations = checks.flatMap((check) => check.violations);
  if (violations.length > 0) throw new Error(`Responses are not as documented:\n${violations.join('\n')}`);
});
beforeEach(() => {
  started.flaky.fault = () => undefined;
  nowMs = Date.now();
});

interface InstanceOptions extends Partial<AppOptions<Services>> {
  tokenCacheSize?: number;
  whenUnavailable?: 'refuse' | 'admit';
}

/** A process's app: it shares nothing with another but the table. */
async function startInstance({
  tokenCacheSize = 10_000,
  whenUnavailable = 'refuse',
  ...options
}: InstanceOptions = {}) {
  const log = pino({ level: 'silent' });
  const keys = startPoolKeys([issuer.pool], { refreshSeconds: 600, log });
  const connection = { ...started.dynamoDb.settings, endpoint: started.flaky.endpoint };
  const table = createTable({ ...connection, definition, log });
  closers.push(() => table.close(), ...keys.map((pool) => () => pool.keys.close()));
  const now = () => nowMs;
  const revocations = createRevocations(table);
  const app = createApp({
    routes,
    ...bindServices(table, definition, (bound) =>
      createServices({ settings: readLocalSettings({}, settings).own, table: bound, revocations }),
    ),
    guard: createGuard({ pools: keys, declared: access.document, log, tokenCacheSize }),
    revocationGuard: createRevocationGuard({ revocations, log, whenUnavailable, now }),
    realm: product.name,
    log,
    ...options,
  });
  const document = await openApiDocument(routes, access.document, { title: '', version: '', description: '' });
  const check = checkResponses(document);
  checks.push(check);
  return express().disable('x-powered-by').use(check.watch, app);
}

type App = Awaited<ReturnType<typeof startInstance>>;

/** A chef's token that was issued so many seconds ago. */
function chef({
  sub = randomUUID(),
  issuedAgo = 60,
  ...claims
}: { sub?: string; issuedAgo?: number; origin_jti?: string } = {}) {
  const iat = Math.floor(Date.now() / 1000) - issuedAgo;
  return { sub, token: issuer.accessToken({ sub, iat, 'cognito:groups': ['chefs'], ...claims }) };
}

const call = (app: App, method: 'get' | 'post', path: string, token: string) => {
  const sent = request(app)[method](path).set('Authorization', `Bearer ${token}`);
  return method === 'get' ? sent : sent.send(path === '/items' ? { name: 'First' } : undefined);
};
const add = async (app: App, token: string) => {
  const { status, body } = await call(app, 'post', '/items', token);
  return status < 400 ? String(status) : `${status} ${(body as { code: string }).code}`;
};
const passSeconds = (seconds: number) => (nowMs += seconds * 1000);
const queries = () =>
  started.flaky.calls.filter(({ operation, input }) => {
    return operation === 'Query' && JSON.stringify(input).includes('revocation ');
  }).length;
const revoke = (subject: string) =>
  createRevocations(started.table).revoke({ pool: 'staff', subject }, Date.now() + 60_000);

describe.each([
  ['cached', 10_000],
  ['not cached', 0],
])('two processes that share the table alone, tokens %s', (_which, tokenCacheSize) => {
  test('refuse a revoked caller within the delay, and welcome their next token', async () => {
    const apps = await Promise.all([startInstance({ tokenCacheSize }), startInstance({ tokenCacheSize })]);
    const ann = chef();
    for (const app of apps) expect(await add(app, ann.token)).toBe('201');
    await revoke(ann.sub);
    passSeconds(5);
    for (const app of apps) expect(await add(app, ann.token)).toBe('401 token_revoked');
    const next = chef({ sub: ann.sub, issuedAgo: -1 });
    for (const app of apps) expect(await add(app, next.token)).toBe('201');
    for (const app of apps) expect(await add(app, chef().token)).toBe('201');
  });
});

test('the refusal says what RFC 6750 asks for, and nothing of the revocation', async () => {
  const app = await startInstance();
  const ann = chef();
  await revoke(ann.sub);
  const { status, headers, body } = await call(app, 'post', '/items', ann.token);
  expect([status, body]).toEqual([
    401,
    {
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'The token has been revoked: sign in again.',
      instance: headers['x-request-id'],
      code: 'token_revoked',
    },
  ]);
  expect(headers['www-authenticate']).toBe(
    `Bearer realm="${product.name}", error="invalid_token", error_description="The token has been revoked: sign in again."`,
  );
});

test('a machine is revoked by its client id, which is its subject', async () => {
  const app = await startInstance();
  const token = issuer.accessToken({
    sub: issuer.clientId,
    username: undefined,
    scope: `${product.name}/items.write`,
    iat: Math.floor(Date.now() / 1000) - 60,
  });
  expect(await add(app, token)).toBe('201');
  await revoke(issuer.clientId);
  passSeconds(5);
  expect(await add(app, token)).toBe('401 token_revoked');
});

test('a route that does not ask reads nothing, and admits the token until it expires', async () => {
  const app = await startInstance();
  const ann = chef();
  await revoke(ann.sub);
  const before = started.flaky.calls.length;
  for (let times = 0; times < 3; times += 1) expect((await call(app, 'get', '/me', ann.token)).status).toBe(200);
  expect(started.flaky.calls).toHaveLength(before);
});

test('a caller who is not allowed is 403 without a read', async () => {
  const app = await startInstance();
  const before = queries();
  expect(await add(app, issuer.accessToken())).toBe('403 not_allowed');
  expect(queries()).toBe(before);
});

test('concurrent requests of a caller share one read', async () => {
  const app = await startInstance();
  const { token } = chef();
  const before = queries();
  expect(await Promise.all(Array.from({ length: 20 }, () => add(app, token)))).toEqual(Array(20).fill('201'));
  expect(queries() - before).toBe(1);
});

describe('while the table does not respond', () => {
  const noTable = () => (started.flaky.fault = () => ({ status: 400, type: 'ThrottlingException' }));

  test('a revocable route answers 503 with Retry-After, another goes on', async () => {
    const app = await startInstance({ remainingMs: () => 500 });
    const { token } = chef();
    noTable();
    const { status, headers, body } = await call(app, 'post', '/items', token);
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'revocations_unavailable', '1']);
    expect((await call(app, 'get', '/me', token)).status).toBe(200);
  });

  test('REVOCATION_UNAVAILABLE=admit lets the handler decide', async () => {
    const app = await startInstance({ whenUnavailable: 'admit', remainingMs: () => 60_000 });
    const { token } = chef();
    started.flaky.fault = (operation) =>
      operation === 'Query' ? { status: 500, type: 'InternalServerError' } : undefined;
    expect(await add(app, token)).toBe('201');
  });
});

describe('a handler', () => {
  test('signs a caller out everywhere', async () => {
    const [one, other] = await Promise.all([startInstance(), startInstance()]);
    const phone = chef({ origin_jti: 'phone' });
    const laptop = chef({ sub: phone.sub, origin_jti: 'laptop' });
    expect((await call(one, 'post', '/me/sign-out', phone.token)).status).toBe(204);
    passSeconds(1);
    for (const { token } of [phone, laptop]) expect(await add(other, token)).toBe('401 token_revoked');
  });

  test('ends one sign-in, with the tokens that it is renewed by', async () => {
    const app = await startInstance();
    const phone = chef({ origin_jti: randomUUID() });
    const laptop = chef({ sub: phone.sub, origin_jti: randomUUID() });
    expect((await call(app, 'post', '/me/sign-out-here', phone.token)).status).toBe(204);
    passSeconds(5);
    expect(await add(app, phone.token)).toBe('401 token_revoked');
    const [, payload = ''] = phone.token.split('.');
    const { origin_jti } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { origin_jti: string };
    const renewed = chef({ sub: phone.sub, issuedAgo: -2, origin_jti });
    expect(await add(app, renewed.token)).toBe('401 token_revoked');
    expect(await add(app, laptop.token)).toBe('201');
  });
});

test('Lambda answers as the server does', async () => {
  const ann = chef();
  await revoke(ann.sub);
  const local = await call(await startInstance(), 'post', '/items', ann.token);
  const log = pino({ level: 'silent' });
  const requestId = () => String(local.headers['x-request-id']);
  const handler = createHandler({ app: await startInstance({ requestId }), log });
  const event = {
    version: '2.0',
    routeKey: 'POST /items',
    rawPath: '/items',
    rawQueryString: '',
    headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
    requestContext: {
      http: { method: 'POST', path: '/items', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1' },
      stage: '$default',
    },
    body: '{"name":"First"}',
    isBase64Encoded: false,
  };
  const answer = await handler(event, { getRemainingTimeInMillis: () => 10_000 } as never);
  expect(answer).toMatchObject({
    statusCode: 401,
    body: local.text,
    headers: { 'www-authenticate': local.headers['www-authenticate'] },
  });
});

test('an app without a revocation guard does not start', () => {
  const log = pino({ level: 'silent' });
  const guard = createGuard({ pools: [], log });
  const options = { routes, services: {} as Services, guard, realm: '', log };
  expect(() => createApp(options)).toThrow('Route POST /items: it is revocable, but the app has no revocationGuard');
});
