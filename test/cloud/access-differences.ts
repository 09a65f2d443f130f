import type { RuleMembers } from '../../app/platform/auth/access-rules.js';
import { routeKeyOf, type Route } from '../../app/platform/http/route.js';
import { access } from '../../app/api/access.js';
import { authorizerDocument } from '../../app/platform/contract/authorizer.js';
import { known, type Deployed } from './deployed.js';

/** A route's line, as far as it says who may call it. */
export interface RouteAccess extends Pick<Route, 'method' | 'path'> {
  readonly allow: 'everyone' | readonly RuleMembers[];
}

/** Whose tokens the gateway accepts on a route: a pool's, with one of some scopes; or every call. */
type Accepted = string;
const EVERY_CALL = 'every call';
const byAccess = (ttlSeconds: number) => `whom the access authorizer admits, for ${ttlSeconds} s`;

/** Where the deployed gateway differs from what the routes say, one line each; none where the two agree. */
export function differences(deployed: Deployed, routes: readonly RouteAccess[]): string[] {
  const actual = new Map(deployed.routes.map((route) => [route.routeKey, acceptedAtGateway(deployed, route)]));
  const planned = authorizerDocument(routes as readonly Route[], access.document).routes;
  const ttls = new Map(planned.map(({ routeKey, ttlSeconds }) => [routeKey, ttlSeconds]));
  const expected = new Map(
    routes.map((route) => [routeKeyOf(route), acceptedBefore(route, ttls.get(routeKeyOf(route)) ?? null)]),
  );
  return [...new Set([...actual.keys(), ...expected.keys()])].flatMap((key) => {
    const [gateway, app] = [actual.get(key) ?? 'no route', expected.get(key) ?? 'no route'];
    return gateway === app ? [] : [`${key}: the gateway accepts ${gateway}, the app's route says ${app}`];
  });
}

/** A pool counts only if its authorizer takes the tokens that the function takes: same issuer, same clients. */
function acceptedAtGateway(
  { authorizers, accessAuthorizers, function: { environment } }: Deployed,
  { pool, scopes, access }: Deployed['routes'][number],
): Accepted {
  if (access !== undefined) return byAccess(known(accessAuthorizers[access]).ttlSeconds);
  if (pool === null) return EVERY_CALL;
  const pools = JSON.parse(known(environment['COGNITO_POOLS'])) as Record<
    string,
    { userPoolId: string; clientIds: string[] }
  >;
  const authorizer = authorizers[pool];
  const [name] =
    Object.entries(pools).find(
      ([, { userPoolId, clientIds }]) =>
        authorizer?.issuer.endsWith(`.amazonaws.com/${userPoolId}`) &&
        authorizer.audience.toSorted().join() === clientIds.toSorted().join(),
    ) ?? [];
  return accepted(name ?? 'a pool that the app does not trust', scopes);
}

/** What a JWT authorizer checks of `allow` where it is enough: one pool, and scopes where every rule names some. */
function acceptedBefore({ allow }: RouteAccess, ttlSeconds: number | null): Accepted {
  if (allow === 'everyone') return EVERY_CALL;
  if (ttlSeconds !== null) return byAccess(ttlSeconds);
  const [pool = ''] = allow.map((rule) => rule.pool);
  return accepted(pool, allow.every(({ scopes }) => scopes) ? allow.flatMap(({ scopes }) => scopes ?? []) : []);
}

function accepted(pool: string, scopes: readonly string[]): Accepted {
  return scopes.length === 0 ? pool : `${pool} with ${[...new Set(scopes)].toSorted().join(' or ')}`;
}
