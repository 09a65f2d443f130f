import { routes } from '../../app/api/routes.js';
import { gatewayDocument } from '../../app/platform/contract/gateway.js';
import { routeKeyOf, type Route } from '../../app/platform/http/route.js';
import type { Running } from './running.js';

const ANY_PATH_VALUE = 'none';

const pools = new Map(gatewayDocument(routes).routes.map(({ routeKey, pool, scopes }) => [routeKey, { pool, scopes }]));

/** A route that API Gateway opens to every token of this pool, and to no other. */
export function routeOfPoolAlone(pool: string): Route | undefined {
  return routes.find((route) => {
    const planned = pools.get(routeKeyOf(route));
    return planned?.pool === pool && planned.scopes.length === 0;
  });
}

/** A route that this pool and another may call, which the app alone checks. */
export function sharedRoute(pool: string): Route | undefined {
  return routes.find(({ allow }) => {
    if (allow === 'everyone') return false;
    return allow.some((rule) => rule.pool === pool) && allow.some((rule) => rule.pool !== pool);
  });
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
