import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routeKeyOf, type Route } from '../../app/platform/http/route.js';
import { routes as fixtureRoutes } from '../harness/fixture-api/routes.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { authorizerOf, environmentFor } from './environment.js';
import { exchange } from './http-exchange.js';
import { startHttpApi } from './gateway/http-api.js';
import { matchRoute, type Route as GatewayRoute } from './gateway/route.js';
import type { LoopbackServer } from './loopback-server.js';
import { startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

const gateway = JSON.parse(readFileSync('dist/fixture/gateway.json', 'utf8')) as { routes: GatewayRoute[] };

let customers: Issuer;
let staff: Issuer;
let lambda: LambdaFunction;
let api: LoopbackServer;
let unpacked: ReturnType<typeof unpack>;
let invocations = 0;

beforeAll(async () => {
  [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  unpacked = unpack('dist/fixture/lambda.zip');
  const environment = environmentFor([customers, staff]);
  lambda = await startFunction({ node: 22, directory: unpacked.directory, environment });
  api = await startHttpApi({
    routes: gateway.routes,
    authorizers: { customers: authorizerOf(customers), staff: authorizerOf(staff) },
    invoke(event) {
      invocations += 1;
      return lambda.invoke(event);
    },
  });
});

afterAll(async () => {
  await Promise.all([api, customers, staff].map((server) => server.close()));
  await lambda.stop();
  unpacked.remove();
});

/** The status of a call, and whether the function ran. */
async function send({ method, path }: Pick<Route, 'method' | 'path'>, token?: string) {
  const before = invocations;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { status } = await exchange(api.url, { method, path: path.replace('{id}', 'x'), headers });
  return { status, ran: invocations > before };
}

type Line = Pick<Route, 'method' | 'path' | 'allow'>;
const routes: readonly Line[] = fixtureRoutes;

const named = (list: readonly Line[]) => list.map((route) => [routeKeyOf(route), route] as const);
const pools = ({ allow }: Line) => (allow === 'everyone' ? [] : [...new Set(allow.map(({ pool }) => pool))]);
const guarded = routes.filter(({ allow }) => allow !== 'everyone');
const ofOnePool = guarded.filter((route) => pools(route).length === 1);

test('the gateway has the routes of the route table, and no other', () => {
  expect(gateway.routes.map(({ routeKey }) => routeKey)).toEqual(routes.map(routeKeyOf));
});

test.each(named(routes))('%s has the authorizer of its pool, or none', (routeKey, route) => {
  const { pool } = matchRoute(gateway.routes, route.method, route.path.replace('{id}', 'x'))?.route ?? {};
  expect(pool).toBe(ofOnePool.includes(route) ? pools(route)[0] : null);
  expect(gateway.routes.filter((other) => other.routeKey === routeKey)).toHaveLength(1);
});

describe('gateway authorizer and app guard', () => {
  test.each(named(ofOnePool))('%s: without a good token the function does not run', async (_routeKey, route) => {
    const forged = await startIssuer(pools(route)[0]);
    const expired = (pools(route)[0] === 'staff' ? staff : customers).accessToken({ exp: 1 });
    const tokens = [undefined, 'nonsense', forged.accessToken(), expired];
    await forged.close();
    const answers = await Promise.all(tokens.map((token) => send(route, token)));
    expect(answers).toEqual(tokens.map(() => ({ status: 401, ran: false })));
  });

  test.each(named(ofOnePool))("%s: another pool's token stops at the gateway", async (_routeKey, route) => {
    const other = pools(route)[0] === 'staff' ? customers : staff;
    expect(await send(route, other.accessToken())).toEqual({ status: 401, ran: false });
  });

  test('where a rule asks for a group, the gateway admits the pool, and the app guard does not', async () => {
    expect(await send({ method: 'POST', path: '/items' }, staff.accessToken())).toEqual({ status: 403, ran: true });
  });

  test('a route of two pools is checked by the app alone', async () => {
    const me = { method: 'GET', path: '/me' } as const;
    expect(await send(me)).toEqual({ status: 401, ran: true });
    expect(await send(me, customers.accessToken())).toEqual({ status: 200, ran: true });
    expect(await send(me, staff.accessToken())).toEqual({ status: 200, ran: true });
    const machine = staff.accessToken({ username: undefined, scope: 'fixture-api/items.write' });
    expect(await send(me, machine)).toEqual({ status: 403, ran: true });
  });

  test('everyone may call what is for everyone', async () => {
    expect(await send({ method: 'GET', path: '/health' })).toEqual({ status: 200, ran: true });
  });

  test('no route, no function', async () => {
    expect(await send({ method: 'GET', path: '/nowhere' })).toEqual({ status: 404, ran: false });
  });
});
