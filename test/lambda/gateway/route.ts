import type { AuthorizerDocument } from '../../../app/platform/contract/authorizer.js';

/** A route as `dist/gateway.json` holds it; `pool: null` lets the call through without a look at its token. */
export interface Route {
  readonly routeKey: string;
  readonly pool: string | null;
  readonly scopes: readonly string[];
  /** The Lambda authorizer that has the place of the pool's. */
  readonly access?: string | undefined;
}

/** The routes with the access authorizer on, by the name `access`. */
export function withAccess(routes: readonly Route[], document: AuthorizerDocument): Route[] {
  const taken = new Set(
    document.routes.filter(({ ttlSeconds }) => ttlSeconds !== null).map(({ routeKey }) => routeKey),
  );
  return routes.map(({ routeKey, ...route }) =>
    taken.has(routeKey) ? { routeKey, pool: null, scopes: [], access: 'access' } : { routeKey, ...route },
  );
}

export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The most specific route for a call, or undefined: literal before `{name}` before `{name+}` before `$default`, a named
 * method before ANY (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html).
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const matches = routes.flatMap((route) => {
    const match = matchKey(route.routeKey, method, path);
    return match ? [{ route, ...match }] : [];
  });
  return matches.sort((a, b) => b.rank.localeCompare(a.rank))[0];
}

function matchKey(routeKey: string, method: string, path: string) {
  if (routeKey === '$default') return { rank: '', pathParameters: {} };
  const [keyMethod = '', keyPath = ''] = routeKey.split(' ');
  if (keyMethod !== 'ANY' && keyMethod !== method) return undefined;

  const pathParameters: Record<string, string> = {};
  const segments = path.split('/');
  let rank = '';
  for (const [index, part] of keyPath.split('/').entries()) {
    const { name, greedy } = /^\{(?<name>[^+}]+)(?<greedy>\+?)\}$/.exec(part)?.groups ?? {};
    if (name && greedy) {
      pathParameters[name] = segments.slice(index).join('/');
      return pathParameters[name] ? { rank: `${rank}1`, pathParameters } : undefined;
    }
    const segment = segments[index];
    if (name ? !segment : segment !== part) return undefined;
    if (name) pathParameters[name] = segment ?? '';
    rank += name ? '2' : '3';
  }
  if (segments.length !== keyPath.split('/').length) return undefined;
  return { rank: rank + (keyMethod === 'ANY' ? '1' : '2'), pathParameters };
}
