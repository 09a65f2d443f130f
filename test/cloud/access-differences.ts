import type { Route } from '../../app/api/routes.js';
import { routeKeyOf } from '../../app/api/routes.js';
import type { Deployed } from './deployed.js';

/** Who a target lets in: a pool's tokens with one of some scopes, or whoever comes. */
type LetIn = string;

/** What the deployed gateway would have to do to agree with the app, one line a route; none when the two agree. */
export function differences(deployed: Deployed, routes: readonly Route[]): string[] {
  const gateway = new Map(deployed.routes.map((route) => [route.routeKey, atGateway(deployed, route)]));
  const app = new Map(routes.map((route) => [routeKeyOf(route), beforeApp(route)]));
  return [...new Set([...gateway.keys(), ...app.keys()])].flatMap((key) => {
    const [there, here] = [gateway.get(key) ?? 'no route', app.get(key) ?? 'no route'];
    return there === here ? [] : [`${key}: the gateway has ${there}, the app ${here}`];
  });
}

/** A pool counts only if its authorizer takes the tokens that the function takes: same issuer, same clients. */
function atGateway({ authorizers, function: { environment } }: Deployed, route: Deployed['routes'][number]): LetIn {
  if (route.pool === null) return 'whoever comes';
  const pools = JSON.parse(environment['COGNITO_POOLS'] ?? '{}') as Record<
    string,
    { userPoolId: string; clientIds: string[] }
  >;
  const authorizer = authorizers[route.pool];
  const [name] =
    Object.entries(pools).find(
      ([, { userPoolId, clientIds }]) =>
        authorizer?.issuer.endsWith(`.amazonaws.com/${userPoolId}`) &&
        authorizer.audience.toSorted().join() === clientIds.toSorted().join(),
    ) ?? [];
  return letIn(name ?? 'a pool that the app does not trust', route.scopes);
}

/** What a JWT authorizer can say of `allow`: one pool, and scopes where every rule asks for some. */
function beforeApp({ allow }: Route): LetIn {
  if (allow === 'everyone') return 'whoever comes';
  const [pool, ...others] = new Set(allow.map((rule) => rule.pool));
  if (pool === undefined || others.length > 0) return 'whoever comes';
  return letIn(pool, allow.every(({ scopes }) => scopes) ? allow.flatMap(({ scopes }) => scopes ?? []) : []);
}

function letIn(pool: string, scopes: readonly string[]): LetIn {
  return scopes.length === 0 ? pool : `${pool} with ${[...new Set(scopes)].toSorted().join(' or ')}`;
}
