import { afterAll, beforeAll, expect, test } from '@jest/globals';
import cors from 'cors';
import { customers, staff } from '../../harness/fixture-api/access.js';
import { startPools, type Fault, type Pools, type Proof } from './faulty-deployment.js';

let pools: Pools;

beforeAll(async () => {
  pools = await startPools();
});
afterAll(() => pools.close());

/** What is wrong in the matrix, `ROUTE | CALLER | why`, and beside it, `CODE ROUTE`. */
function faultsOf({ routes, findings }: Proof) {
  return {
    cells: routes.flatMap(({ route, cells }) =>
      cells.filter(({ result }) => result === 'wrong').map(({ caller, note }) => `${route} | ${caller} | ${note}`),
    ),
    findings: findings.map(({ code, route }) => `${code} ${route}`),
  };
}

test('nothing is wrong where the gateway and the app do what the routes say', async () => {
  const proof = await pools.prove();
  expect(faultsOf(proof)).toEqual({ cells: [], findings: [] });
  expect(proof.routes.flatMap(({ cells }) => cells).filter(({ result }) => result === 'skipped')).toEqual([]);
});

interface PlantedFault {
  readonly name: string;
  readonly fault: Fault;
  /** The route whose cells are wrong, and no other's; undefined where several are. */
  readonly route?: string;
  /** Some of the wrong cells; none where there are none. */
  readonly cells?: readonly string[];
  readonly findings?: readonly string[];
}

const OPEN =
  'At the gateway: 401 token_missing by the function, instead of 401 by the gateway, without the function: there is no token.';

const FAULTS: readonly PlantedFault[] = [
  {
    name: 'a route without authorizer at the gateway',
    fault: {
      gatewayRoutes: (routes) =>
        routes.map((route) => Object.assign({}, route, route.routeKey === 'GET /' && { pool: null })),
    },
    route: 'GET /',
    cells: [`GET / | no token | ${OPEN}`],
    findings: ['route_authorizer GET /'],
  },
  {
    name: 'an authorizer of the wrong pool',
    fault: { authorizers: ({ staff }) => ({ staff, customers: staff }) },
    cells: [
      'GET / | customers, access token | At the gateway: 401 by the gateway, without the function, instead of 200: a rule admits the caller.',
    ],
    findings: ['issuer null'],
  },
  {
    name: 'an authorizer with the wrong audience',
    fault: { authorizers: (all) => ({ ...all, staff: { ...all.staff, audience: ['another-client'] } }) },
    cells: [
      'GET /machines | staff, machine kitchen | At the gateway: 401 by the gateway, without the function, instead of 200: a rule admits the caller.',
    ],
    findings: ['audience null'],
  },
  {
    name: 'the guard removed from a route',
    fault: { allow: { 'GET /': 'everyone' } },
    route: 'GET /',
    cells: ['GET / | no token | At the app: 200 by the function, instead of 401 token_missing: there is no token.'],
  },
  {
    name: 'the rule of a group dropped',
    fault: { allow: { 'GET /chefs': [staff] } },
    route: 'GET /chefs',
    cells: [
      "GET /chefs | staff, access token | At the gateway: 200 by the function, instead of 403 not_allowed: none of the route's rules admits the caller. At the app: 200 by the function, instead of 403 not_allowed: none of the route's rules admits the caller.",
    ],
  },
  {
    name: 'the rule of a scope loosened',
    fault: { allow: { 'GET /machines': [staff.scope('items.write'), staff] } },
    route: 'GET /machines',
    cells: [
      "GET /machines | staff, access token | At the app: 200 by the function, instead of 403 not_allowed: none of the route's rules admits the caller.",
    ],
  },
  {
    name: 'the comparison of the owner removed',
    fault: { allow: { 'GET /notes/{id}': [customers, staff] } },
    route: 'GET /notes/{id}',
    cells: [
      "GET /notes/{id} | customers, access token | At the gateway: 200 by the function, instead of 404 not_found: it is somebody else's. At the app: 200 by the function, instead of 404 not_found: it is somebody else's.",
    ],
  },
  {
    name: 'ID tokens accepted where only access tokens are',
    fault: { tokenUse: ['access', 'id'] },
    cells: [
      'GET / | customers, ID token | At the gateway: 200 by the function, instead of 401 token_invalid: the API takes no id tokens of the pool customers. At the app: 200 by the function, instead of 401 token_invalid: the API takes no id tokens of the pool customers.',
    ],
  },
  {
    name: "a route that the app serves and the gateway doesn't know",
    fault: { gatewayRoutes: (routes) => routes.filter(({ routeKey }) => routeKey !== 'GET /shared') },
    route: 'GET /shared',
    cells: [
      'GET /shared | customers, access token | At the gateway: 404 by the gateway, without the function, instead of 200: a rule admits the caller.',
    ],
    findings: ['route_unknown_to_gateway GET /shared'],
  },
  { name: 'CORS opened to * at the gateway', fault: { allowOrigins: ['*'] }, findings: ['cors_open null'] },
  { name: 'CORS opened to * by the app', fault: { middleware: cors() }, findings: ['cors_open GET /open'] },
];

test.each(FAULTS)('$name is found and named', async ({ fault, route = '', ...found }) => {
  const { cells, findings } = faultsOf(await pools.prove(fault));
  for (const [actual, named = []] of [
    [cells, found.cells],
    [findings, found.findings],
  ] as const) {
    expect(actual).toEqual(expect.arrayContaining([...named]));
    expect(actual.length > 0).toBe(named.length > 0);
  }
  expect(cells.filter((each) => !each.startsWith(route))).toEqual([]);
});
