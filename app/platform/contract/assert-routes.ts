import { assertRoute } from '../http/app.js';
import { routeKeyOf, type Route } from '../http/route.js';
import type { PoolsDocument } from './pools.js';

/**
 * What the compiler can't see, checked by the build: rules are of declared pools, groups and scopes, no route stands
 * twice. Throws an Error that names the route.
 */
export function assertRoutes(routes: readonly Route[], pools: PoolsDocument) {
  const keys = routes.map(routeKeyOf);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new Error(`Route ${twice} is listed twice: keep one line.`);
  for (const route of routes) {
    assertRoute(route);
    if (route.allow !== 'everyone') {
      for (const { pool, groups = [], scopes = [] } of route.allow) {
        assertDeclared(route, pools, pool, groups, scopes);
      }
    }
  }
}

function assertDeclared(
  route: Route,
  pools: PoolsDocument,
  name: string,
  groups: readonly string[],
  scopes: readonly string[],
) {
  const pool = Object.hasOwn(pools, name) ? pools[name] : undefined;
  if (!pool) throw new Error(`Route ${routeKeyOf(route)}: no pool ${name} is declared in access.ts.`);
  const known = new Set([
    ...Object.keys(pool.groups),
    ...Object.keys(pool.scopes).map((scope) => `${pool.resourceServer}/${scope}`),
  ]);
  const unknown = [...groups, ...scopes].find((asked) => !known.has(asked));
  if (unknown === undefined) return;
  throw new Error(`Route ${routeKeyOf(route)}: pool ${name} declares no group or scope ${unknown} in access.ts.`);
}
