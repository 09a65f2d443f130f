import { routes } from '../../app/api/routes.js';
import { access } from '../../app/api/access.js';
import { authorizerDocument } from '../../app/platform/contract/authorizer.js';
import { gatewayDocument } from '../../app/platform/contract/gateway.js';
import { routeKeyOf, type Route } from '../../app/platform/http/route.js';
import type { Running } from './running.js';

const ANY_PATH_VALUE = 'none';

const pools = new Map(gatewayDocument(routes).routes.map(({ routeKey, pool, scopes }) => [routeKey, { pool, scopes }]));

/** Seconds that answers of the access authorizer are kept, by its routes. */
export const ACCESS_TTLS: ReadonlyMap<string, number> = new Map(
  authorizerDocument(routes, access.document).routes.flatMap(({ routeKey, ttlSeconds }) =>
    ttlSeconds === null ? [] : [[routeKey, ttlSeconds] as const],
  ),
);

/** A route that API Gateway opens to every token of this pool, and to no other. */
export function routeOfPoolAlone(pool: string): Route | undefined {
  return routes.find((route) => {
    const planned = pools.get(routeKeyOf(route));
    return planned?.pool === pool && planned.scopes.length === 0 && !ACCESS_TTLS.has(routeKeyOf(route));
  });
}

/** A route that every person of this pool may call, and another pool, which the access authorizer checks. */
export function sharedRoute(pool: string): Route | undefined {
  return routes.find(({ allow }) => {
    if (allow === 'everyone') return false;
    const isForAll = ({ groups, scopes, claims }: (typeof allow)[number]) => !groups && !scopes && !claims;
    return allow.some((rule) => rule.pool === pool && isForAll(rule)) && allow.some((rule) => rule.pool !== pool);
  });
}

/** A route that a machine of this pool with these scopes may call. */
export function routeOfScopes(pool: string, scopes: readonly string[]): Route | undefined {
  return routes.find(({ allow }) => {
    const rules = allow === 'everyone' ? [] : allow;
    return rules.some(
      (rule) => rule.pool === pool && !rule.claims && rule.scopes?.some((each) => scopes.includes(each)),
    );
  });
}

/** What a token that nobody trusts comes to at the deployed gateway. */
export function refusedAtGateway(route: Route): string {
  return ACCESS_TTLS.has(routeKeyOf(route)) ? '403 from the gateway' : '401 from the gateway';
}

/** The path with some value for each parameter. */
export function pathOf({ path }: Route): string {
  return path.replaceAll(/\{\w+\}/g, ANY_PATH_VALUE);
}

/** What a token comes to on a route: a refusal, and by whom; or the app accepts the token, whatever else it says to the call. */
export async function outcome(running: Running, route: Route, token: string): Promise<string> {
  const before = running.invocations();
  const response = await fetch(running.url + pathOf(route), {
    method: route.method,
    headers: { authorization: `Bearer ${token}` },
  });
  await response.body?.cancel();
  const answers = running.invocations() === before ? 'gateway' : 'app';
  const isAccepted = answers === 'app' && response.status < 500 && response.status !== 401;
  return isAccepted ? 'accepted' : `${response.status} from the ${answers}`;
}
