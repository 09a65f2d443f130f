import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startDynamoDb, type LocalDynamoDb } from '../../app/local/dynamodb.js';
import type { AuthorizerDocument } from '../../app/platform/contract/authorizer.js';
import { carriedBy, startIssuer, type Issuer } from '../harness/issuer.js';
import { table as definition } from '../harness/fixture-api/table.js';
import { authorizerOf, environmentFor, environmentOf } from './environment.js';
import { exchange, type Answer } from './http-exchange.js';
import { EVERY_CALL, startHttpApi } from './gateway/http-api.js';
import { withAccess, type Route } from './gateway/route.js';
import type { LoopbackServer } from './loopback-server.js';
import { NODE_VERSIONS, startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

const built = (name: string) => JSON.parse(readFileSync(`dist/fixture/${name}`, 'utf8')) as unknown;
const gateway = built('gateway.json') as { routes: Route[] };
const document = built('authorizer.json') as AuthorizerDocument;
const IDENTITY_SOURCES = ['$request.header.Authorization', '$context.routeKey'];
const REFUSALS = /^(?:token_|request_malformed$|not_allowed$)/;

const chef = { username: 'chef', 'cognito:groups': ['chefs'] };
const machine = (scope: string) => ({ username: undefined, scope });

describe.each(NODE_VERSIONS)('the access authorizer, in the runtime client on Node %i,', (node) => {
  const packages = [unpack('dist/fixture/lambda.zip'), unpack('dist/fixture/authorizer.zip')] as const;
  let issuers: readonly Issuer[];
  let customers: Issuer;
  let staff: Issuer;
  let stranger: Issuer;
  let table: LocalDynamoDb;
  let app: LambdaFunction;
  let authorizer: LambdaFunction;
  let api: LoopbackServer;
  let alone: LoopbackServer;
  const count = { app: 0, authorizer: 0 };

  beforeAll(async () => {
    issuers = await Promise.all(['customers', 'staff', 'customers'].map(startIssuer));
    [customers, staff, stranger] = issuers as [Issuer, Issuer, Issuer];
    table = await startDynamoDb({ definition: definition.document });
    const { COGNITO_POOLS = '' } = environmentFor([customers, staff]);
    const [{ directory }, own] = packages;
    [app, authorizer] = await Promise.all([
      startFunction({ node, directory, environment: { COGNITO_POOLS, ...environmentOf(table.settings) } }),
      startFunction({ node, directory: own.directory, environment: { COGNITO_POOLS } }),
    ]);
    await Promise.all([app.ready, authorizer.ready]);
    api = await startHttpApi({
      routes: withAccess(gateway.routes, document),
      authorizers: { customers: authorizerOf(customers), staff: authorizerOf(staff) },
      requestAuthorizers: {
        access: {
          identitySources: IDENTITY_SOURCES,
          ttlSeconds: 300,
          invoke(event) {
            count.authorizer += 1;
            return authorizer.invoke(event);
          },
        },
      },
      invoke(event) {
        count.app += 1;
        return app.invoke(event);
      },
    });
    alone = await startHttpApi({ routes: EVERY_CALL, invoke: (event) => app.invoke(event) });
  });
  afterAll(async () => {
    await Promise.all([api, alone, table, ...issuers].map((server) => server.close()));
    await Promise.all([app, authorizer].map((lambda) => lambda.stop()));
    for (const { remove } of packages) remove();
  });
  beforeEach(() => {
    Object.assign(count, { app: 0, authorizer: 0 });
  });

  function send(routeKey: string, authorization?: string, server = api): Promise<Answer> {
    const [method = '', path = ''] = routeKey.split(' ');
    const headers = authorization === undefined ? {} : { authorization };
    return exchange(server.url, { method, path: path.replaceAll(/\{\w+\}/g, 'x'), headers });
  }
  const bearer = (token: string) => `Bearer ${token}`;

  test.each<[string, string, number, string, () => string | undefined]>([
    ['GET /me', 'without a token', 401, 'Unauthorized', () => undefined],
    [
      'GET /me',
      'with a forged token',
      403,
      'Forbidden',
      () => bearer(stranger.accessToken({ iss: customers.pool.issuer })),
    ],
    ['GET /me', 'with a token of another issuer', 403, 'Forbidden', () => bearer(stranger.accessToken())],
    ['GET /me', 'with an expired token', 403, 'Forbidden', () => bearer(customers.accessToken({ exp: 1 }))],
    ['GET /me', 'with nonsense', 403, 'Forbidden', () => 'nonsense'],
    ['POST /items', 'without a token', 401, 'Unauthorized', () => undefined],
    ['POST /items', "with another pool's token", 403, 'Forbidden', () => bearer(customers.accessToken(chef))],
    ['POST /items', 'in no group', 403, 'Forbidden', () => bearer(staff.accessToken())],
    ['POST /items', 'in a wrong group', 403, 'Forbidden', () => bearer(staff.accessToken({ 'cognito:groups': ['x'] }))],
    ['POST /items', 'with a wrong scope', 403, 'Forbidden', () => bearer(staff.accessToken(machine('fixture-api/x')))],
  ])('refuses %s %s with %i, and the app is not invoked', async (routeKey, _who, status, message, authorization) => {
    const answer = await send(routeKey, authorization());
    expect([answer.status, answer.body]).toEqual([status, JSON.stringify({ message })]);
    expect(count).toEqual({ app: 0, authorizer: status === 401 ? 0 : 1 });
  });

  test('admits whom the route allows, and the app answers', async () => {
    expect((await send('GET /me', bearer(customers.idToken()))).status).toBe(200);
    expect((await send('GET /me', bearer(staff.accessToken()))).status).toBe(200);
    expect((await send('POST /items', bearer(staff.accessToken(chef)))).status).toBe(415);
    expect((await send('POST /items', bearer(staff.accessToken(machine('fixture-api/items.write'))))).status).toBe(415);
    expect(count).toEqual({ app: 4, authorizer: 4 });
  });

  test('decides for every route and kind of caller as the app does', async () => {
    const now = Math.floor(Date.now() / 1000);
    const variants = [
      {},
      chef,
      { 'cognito:groups': ['x'] },
      machine('fixture-api/items.write'),
      machine('fixture-api/x'),
      { scope: 'fixture-api/items.write' },
      { exp: 1 },
      { iat: now + 3600 },
      { client_id: 'x', aud: 'x' },
      { sub: '' },
    ];
    const genuine = [customers, staff].flatMap((issuer) =>
      variants.map((claims, index) => (index % 2 === 0 ? issuer.accessToken(claims) : issuer.idToken(claims))),
    );
    const tokens = [...genuine, staff.idToken(), stranger.accessToken({ iss: customers.pool.issuer })];
    const [token = ''] = tokens;
    const odd = [
      undefined,
      '',
      'Bearer',
      token,
      `Basic ${token}`,
      `bearer  ${token}`,
      `Bearer ${token}, Bearer ${token}`,
    ];
    const differences = [];
    const seen = new Set<boolean>();
    for (const { routeKey } of document.routes) {
      for (const authorization of [...odd, ...tokens.map(bearer)]) {
        const headers = authorization === undefined ? {} : { authorization };
        const [answer, answerOfApp] = await Promise.all([
          authorizer.invoke({ version: '2.0', type: 'REQUEST', routeKey, headers, requestContext: {} }),
          send(routeKey, authorization, alone),
        ]);
        const { code = '' } = JSON.parse(answerOfApp.body) as { code?: string };
        const isAuthorized = !REFUSALS.test(code);
        seen.add(isAuthorized);
        if (JSON.stringify(answer) !== JSON.stringify({ isAuthorized }))
          differences.push({ routeKey, authorization, code });
      }
    }
    expect(differences).toEqual([]);
    expect(seen).toEqual(new Set([true, false]));
  });

  test('is asked once for a token and a route, and never answers for another caller or route', async () => {
    const [ann, bob, cook] = [customers.accessToken(), staff.accessToken(), staff.accessToken(chef)].map(bearer);
    const calls: [string, string | undefined, number][] = [
      ['GET /me', ann, 200],
      ['GET /me', bob, 200],
      ['POST /items', ann, 403],
      ['POST /items', bob, 403],
      ['POST /items', cook, 415],
      ['GET /me', cook, 200],
    ];
    for (const invocations of [calls.length, 0]) {
      count.authorizer = 0;
      for (const [routeKey, authorization, status] of calls)
        expect([routeKey, (await send(routeKey, authorization)).status]).toEqual([routeKey, status]);
      expect(count.authorizer).toBe(invocations);
    }
    expect((await send('GET /me', `${ann}x`)).status).toBe(403);
    expect((await send('GET /me')).status).toBe(401);
  });

  test('writes a line for each refusal, without the token', async () => {
    const token = staff.accessToken();
    await send('POST /items', bearer(token));
    const line = JSON.parse(await authorizer.logged(/"reason":"rule_not_met"/)) as object;
    expect(line).toMatchObject({ level: 30, route: 'POST /items', code: 'not_allowed', msg: 'refused' });
    expect(authorizer.log()).not.toContain(token.slice(0, 40));
  });

  test('fails while keys are unavailable: 500, and asked again at the next call', async () => {
    const { directory } = packages[1];
    stranger.answer = (_request, response) => response.writeHead(500).end();
    const cold = await startFunction({ node, directory, environment: environmentFor([stranger]) });
    let asked = 0;
    const invoke = (event: unknown) => {
      asked += 1;
      return cold.invoke(event);
    };
    const broken = await startHttpApi({
      routes: [{ routeKey: 'GET /me', pool: null, scopes: [], access: 'access' }],
      requestAuthorizers: { access: { identitySources: IDENTITY_SOURCES, ttlSeconds: 300, invoke } },
      invoke: () => Promise.reject(new Error('the app must not be invoked')),
    });
    const authorization = bearer(stranger.accessToken());
    for (const time of [1, 2]) {
      const { status, body } = await send('GET /me', authorization, broken);
      expect([status, body, asked]).toEqual([500, '{"message":"Internal Server Error"}', time]);
    }
    expect(cold.log()).toContain('keys_unavailable');
    expect(cold.log()).not.toContain(authorization.slice(0, 40));
    await Promise.all([broken.close(), cold.stop()]);
    stranger.answer = undefined;
  });

  test('decides with the keys of the deployment while the endpoint is down', async () => {
    stranger.answer = (_request, response) => response.writeHead(500).end();
    const environment = { ...environmentFor([stranger]), COGNITO_KEYS: carriedBy(stranger) };
    const cold = await startFunction({ node, directory: packages[1].directory, environment });
    const ask = (token: string) =>
      cold.invoke({ routeKey: 'GET /me', headers: { authorization: bearer(token) }, requestContext: {} });
    expect(await ask(stranger.accessToken())).toEqual({ isAuthorized: true });
    const forged = customers.accessToken({ iss: stranger.pool.issuer, client_id: stranger.clientId });
    await cold.logged(/"keys":"carried"/);
    await expect(ask(forged)).rejects.toThrow('The signing keys of the issuer are unavailable');
    await cold.stop();
    stranger.answer = undefined;
  });

  test('does not load without its pools, and says why without a stack', async () => {
    const bare = await startFunction({ node, directory: packages[1].directory });
    await expect(bare.ready).rejects.toMatchObject({ type: 'StartError' });
    await bare.exited;
    expect(bare.log()).toContain('COGNITO_POOLS is missing: it is required.');
    expect(bare.log()).not.toContain('index.mjs');
    await bare.stop();
  });
});
