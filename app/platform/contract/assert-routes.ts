import type { RuleMembers } from '../auth/access-rules.js';
import { assertRoute } from '../http/assert-route.js';
import { routeKeyOf, type Route } from '../http/route.js';
import type { PoolDocument, PoolsDocument } from './pools.js';

/**
 * What the compiler can't see, checked by the build: rules are of declared pools, groups, scopes and claims, no route stands
 * twice. Throws an Error that names the route.
 */
export function assertRoutes(routes: readonly Route[], pools: PoolsDocument) {
  const seen = new Set<string>();
  for (const route of routes) {
    assertRoute(route);
    // Parameters' names don't tell routes apart, neither here nor in API Gateway.
    const key = routeKeyOf(route).replaceAll(/\{\w+\}/g, '{}');
    if (seen.has(key)) throw new Error(`Route ${routeKeyOf(route)} is listed twice: keep one line.`);
    seen.add(key);
    if (route.allow !== 'everyone') {
      for (const rule of route.allow) {
        assertDeclared(routeKeyOf(route), pools, rule);
        assertTenant(routeKeyOf(route), pools[rule.pool], route.tenant);
      }
    }
  }
}

function assertDeclared(routeKey: string, pools: PoolsDocument, rule: RuleMembers) {
  const { pool: name, groups = [], scopes = [], claims = [] } = rule;
  const pool = Object.hasOwn(pools, name) ? pools[name] : undefined;
  if (!pool) throw new Error(`Route ${routeKey}: no pool ${name} is declared in access.ts.`);
  const declared = new Set(Object.keys(pool.scopes).map((scope) => `${pool.resourceServer}/${scope}`));
  const unknown = [
    ...groups.filter((group) => !Object.hasOwn(pool.groups, group)).map((group) => `group ${group}`),
    ...scopes.filter((scope) => !declared.has(scope)).map((scope) => `scope ${scope}`),
    ...claims.filter((claim) => !Object.hasOwn(pool.claims, claim.name)).map((claim) => `claim ${claim.name}`),
  ];
  if (unknown.length > 0) {
    throw new Error(`Route ${routeKey}: pool ${name} declares no ${unknown.join(', ')} in access.ts.`);
  }
}

function assertTenant(routeKey: string, pool: PoolDocument | undefined, claim: string | undefined) {
  if (claim !== undefined && pool?.claims[claim]?.type !== 'string') {
    throw new Error(`Route ${routeKey}: the claim ${claim} names a tenant, so its type in access.ts must be string.`);
  }
}
