import type { RuleMembers } from '../../platform/auth/access-rules.js';
import { readOpenApi, routesOf, type ApiRoute } from '../calls/routes.js';
import { readPlan, type PlannedRoute } from '../doctor/gateway.js';
import { Failure } from '../failure.js';

/** A route, and what the gateway is planned to check of its calls. */
export interface ProvedRoute extends ApiRoute {
  /** The pool whose JWT authorizer guards it, and the scopes of which the authorizer asks for one. */
  readonly jwt: { readonly pool: string; readonly scopes: readonly string[] } | null;
  /** The access authorizer has a place on it, if the deployment has one. */
  readonly isForAccessAuthorizer: boolean;
}

/** The build's documents, and the routes that they declare. Throws `not_built`. */
export function readProvedRoutes(dist: URL) {
  const document = readOpenApi(dist);
  const plan = readPlan(dist);
  if (!plan)
    throw new Failure('unexpected', 'not_built', { message: 'There is no dist/gateway.json.', hint: 'npm run build' });
  return { document, plan, routes: provedRoutes(routesOf(document), plan) };
}

/** The build's two documents as one; a route that `gateway.json` lacks is planned without an authorizer. */
export function provedRoutes(routes: readonly ApiRoute[], plan: readonly PlannedRoute[]): ProvedRoute[] {
  const planned = new Map(plan.map((route) => [route.routeKey, route]));
  return routes.map((route) => {
    const { pool = null, scopes = [], accessTtlSeconds = null } = planned.get(route.routeKey) ?? {};
    return {
      ...route,
      jwt: pool === null ? null : { pool, scopes },
      isForAccessAuthorizer: accessTtlSeconds !== null,
    };
  });
}

export function rulesOf({ allow }: Pick<ApiRoute, 'allow'>): readonly RuleMembers[] {
  return allow === 'everyone' ? [] : allow;
}

/** What a route's line allows, in words. */
export function allowInWords(route: Pick<ApiRoute, 'allow'>): string {
  return route.allow === 'everyone' ? 'everyone' : rulesOf(route).map(ruleInWords).join(', or ');
}

function ruleInWords({ pool, groups, scopes, claims = [], ownerOnly }: RuleMembers): string {
  return [
    pool,
    ...(groups ? [`in ${groups.join(' or ')}`] : []),
    ...(scopes ? [`with the scope ${scopes.join(' or ')}`] : []),
    ...claims.map(({ name, values }) => `with the claim ${name}${values ? ` of ${values.join(' or ')}` : ''}`),
    ...(ownerOnly ? ['for what is their own'] : []),
  ].join(' ');
}
