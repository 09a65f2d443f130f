import type { GetAuthorizerCommandOutput as Authorizer, Route } from '@aws-sdk/client-apigatewayv2';
import { renewProfileHint } from '../state/profiles.js';
import { fault, ok, type Finding } from './finding.js';
import type { Gateway, PlannedRoute } from './gateway.js';

const DEPLOY = 'npm run build && make deploy';

/** What a pool's authorizer must trust. */
export interface ExpectedPool {
  readonly issuer: string;
  /** Clients of people and of machines. */
  readonly clientIds: readonly string[];
}

export interface Expected {
  readonly plan: readonly PlannedRoute[];
  readonly profileName: string;
  readonly pools: ReadonlyMap<string, ExpectedPool>;
}

/** Compares the API's routes with the build's plan: each must exist and have the right authorizer. */
export function checkRoutes(gateway: Gateway, expected: Expected): Finding[] {
  const planned = new Set(expected.plan.map(({ routeKey }) => routeKey));
  const unplanned = gateway.routes.filter(({ RouteKey = '' }) => !planned.has(RouteKey));
  return [
    ...expected.plan.map((route) => checkRoute(route, gateway)),
    ...unplanned.map(({ RouteKey }) =>
      fault('route', `${RouteKey}: API Gateway has this route, the build does not.`, DEPLOY),
    ),
    ...checkAuthorizers(gateway, expected),
  ];
}

function checkRoute(planned: PlannedRoute, gateway: Gateway): Finding {
  const { routeKey } = planned;
  const found = gateway.routes.find(({ RouteKey }) => RouteKey === routeKey);
  if (!found) return fault('route', `${routeKey}: API Gateway has no such route: callers get 404.`, DEPLOY);
  if (found.AuthorizationType === 'CUSTOM') return checkAccess(planned, found, gateway);
  const isAccessOn = gateway.routes.some(({ AuthorizationType }) => AuthorizationType === 'CUSTOM');
  if (planned.accessTtlSeconds === null || !isAccessOn) return checkJwt(planned, found, gateway);
  const message = `${routeKey}: lacks the access authorizer, which other routes have: refused calls run the function.`;
  return fault('route_authorizer', message, DEPLOY);
}

/** What the access authorizer's answers must be kept by. */
const IDENTITY_SOURCES = ['$request.header.Authorization', '$context.routeKey'];

function checkAccess({ routeKey, accessTtlSeconds }: PlannedRoute, route: Route, { authorizers }: Gateway): Finding {
  const authorizer = authorizers.find(({ AuthorizerId }) => AuthorizerId === route.AuthorizerId);
  const { Name, IdentitySource = [], AuthorizerResultTtlInSeconds: seconds = 0 } = authorizer ?? {};
  if (accessTtlSeconds === null) {
    const message = `${routeKey}: has the Lambda authorizer ${Name}, and should have none or its pool's.`;
    return fault('route_authorizer', message, DEPLOY);
  }
  const missing = IDENTITY_SOURCES.filter((source) => !IdentitySource.includes(source)).join(' and ');
  if (seconds > 0 && missing) {
    const message = `${routeKey}: authorizer ${Name} keeps answers without ${missing}: callers may get another's.`;
    return fault('authorizer_cache', message, DEPLOY);
  }
  if (seconds > accessTtlSeconds) {
    const message = `${routeKey}: authorizer ${Name} keeps answers for ${seconds} s, and may for ${accessTtlSeconds} s.`;
    return fault('authorizer_cache', message, DEPLOY);
  }
  return ok(
    'route',
    `${routeKey}: authorizer ${Name} (Lambda), by all of the route's rules; answers kept ${seconds} s`,
  );
}

function checkJwt({ routeKey, pool, scopes, claims }: PlannedRoute, found: Route, { authorizers }: Gateway): Finding {
  const authorizer = authorizerOf(found, authorizers);
  if (pool === null) {
    const isOpen = found.AuthorizationType === undefined || found.AuthorizationType === 'NONE';
    if (isOpen) return ok('route', `${routeKey}: no authorizer, as planned; the app alone checks`);
    const message = `${routeKey}: has the authorizer ${authorizer?.Name}, and should have none.`;
    return fault('route_authorizer', message, DEPLOY);
  }
  if (!authorizer) {
    const message = `${routeKey}: has no authorizer, and should have that of ${pool}: refused calls run the function.`;
    return fault('route_authorizer', message, DEPLOY);
  }
  const actualScopes = [...(found.AuthorizationScopes ?? [])].sort().join(' ');
  if (actualScopes !== [...scopes].sort().join(' ')) {
    const message = `${routeKey}: requires the scopes [${actualScopes}], and should require [${scopes.join(' ')}].`;
    return fault('route_scopes', message, DEPLOY);
  }
  const byApp = claims ? `; the app alone checks ${claims.join(', ')}` : '';
  return ok('route', `${routeKey}: authorizer ${authorizer.Name} (${authorizer.AuthorizerType})${byApp}`);
}

const authorizerOf = ({ AuthorizationType, AuthorizerId }: Route, authorizers: readonly Authorizer[]) =>
  AuthorizationType === 'JWT' ? authorizers.find((each) => each.AuthorizerId === AuthorizerId) : undefined;

/** The authorizer of a pool's routes must trust that pool's issuer and clients. */
function checkAuthorizers({ routes, authorizers }: Gateway, expected: Expected): Finding[] {
  const uses = new Map<Authorizer, string>();
  for (const { routeKey, pool } of expected.plan) {
    const route = routes.find(({ RouteKey }) => RouteKey === routeKey);
    const authorizer = route && authorizerOf(route, authorizers);
    if (authorizer && pool !== null) uses.set(authorizer, pool);
  }
  return [...uses].flatMap(([authorizer, poolName]) => checkAuthorizer(authorizer, poolName, expected));
}

function checkAuthorizer({ Name, JwtConfiguration }: Authorizer, poolName: string, expected: Expected): Finding[] {
  const pool = expected.pools.get(poolName);
  if (!pool) {
    const hint = renewProfileHint(expected.profileName);
    return [fault('authorizer', `Authorizer ${Name} is for the pool ${poolName}, which the profile lacks.`, hint)];
  }
  const { Issuer, Audience = [] } = JwtConfiguration ?? {};
  const findings: Finding[] = [];
  if (Issuer !== pool.issuer) {
    const issuers = `trusts the issuer ${Issuer}, and ${poolName} has ${pool.issuer}`;
    findings.push(fault('issuer', `Authorizer ${Name} ${issuers}: every token is refused.`, DEPLOY));
  }
  const missing = pool.clientIds.filter((id) => !Audience.includes(id)).join(', ');
  if (missing) {
    const reason = `does not have client ${missing} in its audience`;
    findings.push(fault('audience', `Authorizer ${Name} ${reason}: tokens of ${poolName} are refused.`, DEPLOY));
  }
  return findings;
}
