import type { RuleMembers } from '../../app/platform/auth/access-rules.js';
import { routeKeyOf, type Route } from '../../app/platform/http/route.js';
import { known, type Deployed } from './deployed.js';

/** A route's line, as far as it says who may call it. */
export interface RouteAccess extends Pick<Route, 'method' | 'path'> {
  readonly allow: 'everyone' | readonly RuleMembers[];
}

/** Whose tokens the gateway accepts on a route: a pool's, with one of some scopes; or every call. */
type Accepted = string;
const EVERY_CALL = 'every call';

/** Where the deployed gateway differs from what the routes say, one line each; none where the two agree. */
export function differences(deployed: Deployed, routes: readonly RouteAccess[]): string[] {
  const actual = new Map(deployed.routes.map((route) => [route.routeKey, acceptedAtGateway(deployed, route)]));
  const expected = new Map(routes.map((route) => [routeKeyOf(route), acceptedBefore(route)]));
  return [...new Set([...actual.keys(), ...expected.keys()])].flatMap((key) => {
    const [gateway, app] = [actual.get(key) ?? 'no route', expected.get(key) ?? 'no route'];
    return gateway === app ? [] : [`${key}: the gateway accepts ${gateway}, the app's route says ${app}`];
  });
}

/** A pool counts only if its authorizer takes the tokens that the function takes: same issuer, same clients. */
function acceptedAtGateway(
  { authorizers, function: { environment } }: Deployed,
  { pool, scopes }: Deployed['routes'][number],
): Accepted {
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

/** What a JWT authorizer can check of `allow`: one pool, and scopes where every rule names some. */
function acceptedBefore({ allow }: RouteAccess): Accepted {
  if (allow === 'everyone') return EVERY_CALL;
  const [pool, ...others] = new Set(allow.map((rule) => rule.pool));
  if (pool === undefined || others.length > 0) return EVERY_CALL;
  return accepted(pool, allow.every(({ scopes }) => scopes) ? allow.flatMap(({ scopes }) => scopes ?? []) : []);
}

function accepted(pool: string, scopes: readonly string[]): Accepted {
  return scopes.length === 0 ? pool : `${pool} with ${[...new Set(scopes)].toSorted().join(' or ')}`;
}
