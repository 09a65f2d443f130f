import type { GetAuthorizerCommandOutput as Authorizer, Route } from '@aws-sdk/client-apigatewayv2';
import type { Profile, ProfilePool } from '../state/profile.js';
import { fault, ok, type Finding } from './finding.js';
import type { Gateway, PlannedRoute } from './gateway.js';

const APPLY = 'npm run build && make deploy';
const ANEW = 'terraform output -json profile | pizza profile add NAME';

/** Holds every route of the API against the build: is it there, and does the right authorizer guard it? */
export function checkRoutes(gateway: Gateway, plan: readonly PlannedRoute[], profile: Profile): Finding[] {
  const planned = new Set(plan.map(({ routeKey }) => routeKey));
  const strays = gateway.routes.filter(({ RouteKey = '' }) => !planned.has(RouteKey));
  return [
    ...plan.map((route) => checkRoute(route, gateway)),
    ...strays.map(({ RouteKey }) => fault('route', `${RouteKey}: API Gateway has it, the app's table has not.`, APPLY)),
    ...checkAuthorizers(gateway, plan, profile),
  ];
}

function checkRoute({ routeKey, pool, scopes }: PlannedRoute, { routes, authorizers }: Gateway): Finding {
  const found = routes.find(({ RouteKey }) => RouteKey === routeKey);
  if (!found) return fault('route', `${routeKey}: API Gateway has no such route: callers get 404.`, APPLY);
  const authorizer = authorizerOf(found, authorizers);
  if (pool === null) {
    const isOpen = found.AuthorizationType === undefined || found.AuthorizationType === 'NONE';
    if (isOpen) return ok('route', `${routeKey}: no authorizer, as the table says; the app alone checks`);
    return fault(
      'route_authorizer',
      `${routeKey}: has the authorizer ${authorizer?.Name}, and should have none.`,
      APPLY,
    );
  }
  if (!authorizer) {
    return fault(
      'route_authorizer',
      `${routeKey}: has no authorizer, and should have that of ${pool}: refused calls run the function.`,
      APPLY,
    );
  }
  const asked = [...(found.AuthorizationScopes ?? [])].sort().join(' ');
  if (asked !== [...scopes].sort().join(' ')) {
    return fault(
      'route_scopes',
      `${routeKey}: asks for the scopes [${asked}], and should for [${scopes.join(' ')}].`,
      APPLY,
    );
  }
  return ok('route', `${routeKey}: authorizer ${authorizer.Name} (${authorizer.AuthorizerType})`);
}

const authorizerOf = ({ AuthorizationType, AuthorizerId }: Route, authorizers: readonly Authorizer[]) =>
  AuthorizationType === 'JWT' ? authorizers.find((each) => each.AuthorizerId === AuthorizerId) : undefined;

/** Each authorizer that a pool's routes use trusts that pool's issuer and clients, and nothing else. */
function checkAuthorizers(
  { routes, authorizers }: Gateway,
  plan: readonly PlannedRoute[],
  { pools }: Profile,
): Finding[] {
  const uses = new Map<Authorizer, string>();
  for (const { routeKey, pool } of plan) {
    const route = routes.find(({ RouteKey }) => RouteKey === routeKey);
    const authorizer = route && authorizerOf(route, authorizers);
    if (authorizer && pool !== null) uses.set(authorizer, pool);
  }
  return [...uses].flatMap(([authorizer, poolName]) => checkAuthorizer(authorizer, poolName, pools[poolName]));
}

function checkAuthorizer({ Name, JwtConfiguration }: Authorizer, poolName: string, pool: ProfilePool | undefined) {
  if (!pool) return [fault('authorizer', `Authorizer ${Name} is for ${poolName}, which the profile lacks.`, ANEW)];
  const { Issuer, Audience = [] } = JwtConfiguration ?? {};
  const findings: Finding[] = [];
  if (Issuer !== pool.issuer) {
    const issuers = `trusts the issuer ${Issuer}, and ${poolName} has ${pool.issuer}`;
    findings.push(fault('issuer', `Authorizer ${Name} ${issuers}: every token is refused.`, APPLY));
  }
  const clients = [pool.clientId, ...(pool.machine ? [pool.machine.clientId] : [])];
  const missing = clients.filter((id) => !Audience.includes(id)).join(', ');
  if (missing) {
    const why = `does not name client ${missing} in its audience`;
    findings.push(fault('audience', `Authorizer ${Name} ${why}: tokens of ${poolName} are refused.`, APPLY));
  }
  return findings;
}
