import { routeKeyOf, type Route } from '../http/route.js';

/** A route of the HTTP API, for Terraform. */
export interface GatewayRoute {
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
  routeKey: string;
  /** The pool whose JWT authorizer guards it; null lets the call through to the app. */
  pool: string | null;
  /** The authorizer asks for one of them. */
  scopes: string[];
  /** Claims that the app alone checks, since a JWT authorizer can't; absent where the route asks for none. */
  claims?: string[];
}

/**
 * What API Gateway checks before the function runs, from the same line as the app's guard. A JWT authorizer has one pool,
 * and any one of a list of scopes; what it can't express (several pools, groups, claims, owners) the app alone checks.
 */
function gatewayRoute(route: Pick<Route, 'method' | 'path' | 'allow'>): GatewayRoute {
  const routeKey = routeKeyOf(route);
  const rules = route.allow === 'everyone' ? [] : route.allow;
  const pools = [...new Set(rules.map(({ pool }) => pool))];
  const names = [...new Set(rules.flatMap((rule) => rule.claims ?? []).map(({ name }) => name))];
  const claims = names.length > 0 ? { claims: names } : {};
  const [pool] = pools;
  if (pool === undefined || pools.length > 1) return { routeKey, pool: null, scopes: [], ...claims };
  const scopes = rules.every((rule) => rule.scopes) ? rules.flatMap((rule) => rule.scopes ?? []) : [];
  return { routeKey, pool, scopes: [...new Set(scopes)], ...claims };
}

/** The content of `dist/gateway.json`. */
export function gatewayDocument(routes: readonly Pick<Route, 'method' | 'path' | 'allow'>[]) {
  return { routes: routes.map(gatewayRoute) };
}
