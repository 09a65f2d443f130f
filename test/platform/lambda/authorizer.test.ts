import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Request, Response } from 'express';
import pino from 'pino';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { keysUnavailable } from '../../../app/platform/auth/auth-problems.js';
import { createGuard } from '../../../app/platform/auth/guard.js';
import { startPoolKeys, type KeySource, type TrustedPool } from '../../../app/platform/auth/pool-keys.js';
import { authorizerDocument, type AuthorizerDocument } from '../../../app/platform/contract/authorizer.js';
import { Problem } from '../../../app/platform/http/problem.js';
import { createAuthorizer } from '../../../app/platform/lambda/authorizer.js';
import { access, customers, staff } from '../../harness/fixture-api/access.js';
import { startIssuer, type Issuer } from '../../harness/issuer.js';

const log = pino({ level: 'silent' });
const RULES: readonly Allow[] = [
  [customers],
  [customers.owner(), staff.group('chefs')],
  [customers.claim('tenant')],
  [customers.claim('tenant', 'acme').owner(), staff.claim('level', 'senior').group('chefs')],
  [staff.claim('shifts', 'early'), staff.scope('items.write')],
];
/** As the build writes it and the function reads it. */
const document = JSON.parse(
  JSON.stringify(
    authorizerDocument(
      RULES.map((allow, index) => ({ method: 'GET', path: `/${index}`, allow })),
      access.document,
    ),
  ),
) as AuthorizerDocument;

let issuers: Record<'customers' | 'staff', Issuer>;
let pools: TrustedPool[];
beforeAll(async () => {
  issuers = { customers: await startIssuer('customers'), staff: await startIssuer('staff') };
  pools = startPoolKeys([issuers.customers.pool, issuers.staff.pool], { refreshSeconds: 600, log });
});
afterAll(async () => {
  for (const { keys } of pools) keys.close();
  await Promise.all(Object.values(issuers).map((issuer) => issuer.close()));
});

/** What API Gateway sends, as far as it counts; the rest is another caller's choice. */
function eventOf(routeKey: string, token: string, others: object = {}) {
  const headers = { authorization: `Bearer ${token}` };
  return { version: '2.0', routeKey, headers, requestContext: { requestId: 'id' }, ...others } as never;
}

/** Whether the app's guard lets a token pass. */
async function guardAdmits(allow: Allow, token: string): Promise<boolean> {
  const guard = createGuard({ pools, declared: access.document, tokenCacheSize: 0 })(allow);
  const headers = { authorization: `Bearer ${token}` };
  const problem = await new Promise<unknown>((resolve) => {
    guard({ headers, rawHeaders: [] } as unknown as Request, {} as Response, resolve);
  });
  if (problem !== undefined && !(problem instanceof Problem)) throw problem;
  return problem === undefined;
}

test('decides as the guard does, by groups, scopes, owners and claims', async () => {
  const authorize = createAuthorizer({ pools, document, log });
  const claims = [
    {},
    { 'cognito:groups': ['chefs'], level: 'senior' },
    { 'cognito:groups': ['chefs'], level: 'junior' },
    { 'custom:tenant': 'acme', level: 'senior' },
    { 'custom:tenant': 'other', shifts: ['early', 'late'] },
    { 'custom:tenant': 5, shifts: 'early' },
    { username: undefined, scope: 'fixture-api/items.write' },
  ];
  const outcomes = new Set<string>();
  for (const issuer of Object.values(issuers)) {
    for (const token of claims.flatMap((each) => [issuer.accessToken(each), issuer.idToken(each)])) {
      for (const [index, allow] of RULES.entries()) {
        const { isAuthorized } = await authorize(eventOf(`GET /${index}`, token));
        expect([index, isAuthorized]).toEqual([index, await guardAdmits(allow, token)]);
        outcomes.add(`${index} ${isAuthorized}`);
      }
    }
  }
  expect(outcomes.size).toBe(2 * RULES.length);
});

describe('a route that it does not know is refused:', () => {
  test.each(['GET /5', '$default', 'OPTIONS /0', 'get /0', 'GET /0/', '', '__proto__', 'constructor', undefined])(
    '%j',
    async (routeKey) => {
      const authorize = createAuthorizer({ pools, document, log });
      const token = issuers.customers.accessToken();
      expect(await authorize(eventOf('GET /0', token))).toEqual({ isAuthorized: true });
      expect(await authorize(eventOf(routeKey as string, token))).toEqual({ isAuthorized: false });
    },
  );
});

test('nothing but token and route counts: the gateway keeps answers by these two', async () => {
  const authorize = createAuthorizer({ pools, document, log, tokenCacheSize: 10 });
  const [ann, chef] = [issuers.customers.accessToken(), issuers.staff.accessToken({ 'cognito:groups': ['chefs'] })];
  const others = {
    rawPath: '/0',
    rawQueryString: `access_token=${ann}`,
    cookies: [`authorization=Bearer ${ann}`],
    queryStringParameters: { access_token: ann },
    pathParameters: { id: '0' },
    identitySource: [`Bearer ${ann}`, 'GET /0'],
    requestContext: { routeKey: 'GET /0', authorizer: { isAuthorized: true } },
  };
  expect(await authorize(eventOf('GET /0', ann))).toEqual({ isAuthorized: true });
  expect(await authorize(eventOf('GET /0', chef, others))).toEqual({ isAuthorized: false });
  expect(await authorize(eventOf('GET /1', chef, others))).toEqual({ isAuthorized: true });
  expect(await authorize(eventOf('GET /4', ann, others))).toEqual({ isAuthorized: false });
  expect(await authorize(eventOf('GET /0', ann, { headers: {} }))).toEqual({ isAuthorized: false });
  expect(await authorize({ routeKey: 'GET /0' } as never)).toEqual({ isAuthorized: false });
});

test('a token that was admitted is refused once it has expired', async () => {
  let now = Date.now();
  const authorize = createAuthorizer({ pools, document, log, tokenCacheSize: 10, now: () => now });
  const event = eventOf('GET /0', issuers.customers.accessToken({ exp: Math.floor(now / 1000) + 60 }));
  expect(await authorize(event)).toEqual({ isAuthorized: true });
  now += 61_000;
  expect(await authorize(event)).toEqual({ isAuthorized: false });
});

test('a refusal leaves one line in the log, with its reason and nothing of the token; an admission none', async () => {
  const lines: string[] = [];
  const logging = pino({ base: null, timestamp: false }, { write: (line) => lines.push(line) });
  const authorize = createAuthorizer({ pools, document, log: logging });
  const token = issuers.customers.accessToken();
  const refused = [
    ['GET /4', token, 'not_allowed', 'pool_not_allowed'],
    ['GET /2', token, 'not_allowed', 'claim_missing:tenant'],
    ['GET /5', token, 'not_allowed', 'route_unknown'],
    ['GET /0', `${token.slice(0, -8)}AAAAAAAA`, 'token_invalid', 'signature'],
    ['GET /0', 'a b', 'request_malformed', 'authorization_malformed'],
  ] as const;
  for (const [route, sent] of refused) await authorize(eventOf(route, sent));
  await authorize(eventOf('GET /0', token));
  await authorize({ routeKey: 'GET /0', headers: {} } as never);
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    ...refused.map(([route, , code, reason]) => {
      return { level: 30, requestId: 'id', route, code, reason, msg: 'refused' };
    }),
    { level: 30, route: 'GET /0', code: 'token_missing', reason: 'no_bearer_token', msg: 'refused' },
  ]);
});

test.each([
  ['keys that are unavailable', keysUnavailable],
  ['an error that nobody expected', new Error('unexpected')],
])('%s: the invocation fails, as a refusal would be kept by the gateway', async (_what, error) => {
  const keys: KeySource = { cachedKey: () => undefined, getKey: () => Promise.reject(error) };
  const authorize = createAuthorizer({ pools: [{ pool: issuers.customers.pool, keys }], document, log });
  await expect(authorize(eventOf('GET /0', issuers.customers.accessToken()))).rejects.toBe(error);
});

test('a document with a rule that makes no sense does not load', () => {
  const [route] = document.routes;
  const withRule = (rule: object) => () =>
    createAuthorizer({ pools, log, document: { ...document, routes: [{ ...route, allow: [rule] } as never] } });
  expect(withRule({ pool: 'staff', group: 'chefs' })).toThrow('An access rule has no member group');
  expect(withRule({ pool: 'staff', claims: [{ name: 'rank' }] })).toThrow('Pool staff declares no claim rank');
});
