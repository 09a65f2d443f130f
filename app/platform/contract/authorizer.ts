import type { RuleMembers } from '../auth/access-rules.js';
import type { DeclaredClaims } from '../auth/declared-claims.js';
import { revocationSeconds, routeKeyOf, type Route } from '../http/route.js';
import type { PoolsDocument } from './pools.js';

/** A guarded route, for the access authorizer and for Terraform. */
export interface AuthorizerRoute {
  readonly routeKey: string;
  readonly allow: readonly RuleMembers[];
  /** How long API Gateway may keep the authorizer's answer; null where the JWT authorizer of the route's pool is enough. */
  readonly ttlSeconds: number | null;
}

/** The content of `dist/authorizer.json`, which is in the authorizer's package as well. */
export interface AuthorizerDocument {
  readonly routes: readonly AuthorizerRoute[];
  /** The claims that rules may ask for, by pool. */
  readonly pools: DeclaredClaims;
}

/** No token of Cognito's is valid for less than 5 minutes, and no revocable route accepts a longer delay. */
const MAX_TTL_SECONDS = 300;

/**
 * Whether a JWT authorizer refuses everyone whom the access authorizer would refuse. It knows one pool and scopes, no
 * groups and no claims, and can't tell machines from people; who owns what neither of the two can know.
 */
function isJwtEnough(allow: readonly RuleMembers[], pools: PoolsDocument) {
  const names = new Set(allow.map(({ pool }) => pool));
  if (names.size > 1 || allow.some(({ groups, claims }) => groups || claims)) return false;
  if (allow.every(({ scopes }) => scopes)) return true;
  const clients = Array.from(names, (name) => Object.values(pools[name]?.clients ?? {})).flat();
  return !clients.some(({ type }) => type === 'machine');
}

/** Who may call what, from the same lines as the app's guard. */
export function authorizerDocument(
  routes: readonly Pick<Route, 'method' | 'path' | 'allow' | 'revocable'>[],
  pools: PoolsDocument,
): AuthorizerDocument {
  return {
    routes: routes.flatMap((route) => {
      const { allow } = route;
      if (allow === 'everyone') return [];
      const ttlSeconds = isJwtEnough(allow, pools) ? null : (revocationSeconds(route) ?? MAX_TTL_SECONDS);
      return [{ routeKey: routeKeyOf(route), allow, ttlSeconds }];
    }),
    pools: Object.fromEntries(Object.entries(pools).map(([name, { claims }]) => [name, { claims }])),
  };
}
