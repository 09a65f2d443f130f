import { checkRoutes, type Expected } from '../doctor/routes.js';
import type { Gateway } from '../doctor/gateway.js';
import type { ReportFinding, ReportRoute } from './access-report.js';
import type { ProvedRoute } from './plan.js';

/** What API Gateway says that it checks, where that is not what the build planned; other codes are those of `doctor`. */
export function gatewayFindings(
  gateway: Gateway,
  { routes, ...expected }: Expected & { routes: readonly Pick<ProvedRoute, 'routeKey'>[] },
): ReportFinding[] {
  const known = new Set(gateway.routes.map(({ RouteKey }) => RouteKey));
  const planned = new Set(expected.plan.map(({ routeKey }) => routeKey));
  const faults = checkRoutes(gateway, expected).filter(({ status }) => status === 'fault');
  const unknown = routes.filter(({ routeKey }) => !known.has(routeKey));
  const strange = gateway.routes.filter(({ RouteKey = '' }) => !planned.has(RouteKey));
  return [
    ...unknown.map(({ routeKey }): ReportFinding => {
      const message = 'The app serves the route, and API Gateway has no such route: callers get 404.';
      return { code: 'route_unknown_to_gateway', route: routeKey, message };
    }),
    ...strange.map(({ RouteKey = '' }): ReportFinding => {
      const message = 'API Gateway has this route, and the app that was built does not.';
      return { code: 'route_unknown_to_app', route: RouteKey, message };
    }),
    ...faults
      .filter(({ check }) => check !== 'route')
      .map(({ check, message }): ReportFinding => {
        const route = routes.find(({ routeKey }) => message.startsWith(`${routeKey}: `))?.routeKey ?? null;
        return { code: check, route, message };
      }),
    ...corsFindings(gateway),
  ];
}

function corsFindings({ api }: Pick<Gateway, 'api'>): ReportFinding[] {
  if (!api.CorsConfiguration?.AllowOrigins?.includes('*')) return [];
  return [{ code: 'cors_open', route: null, message: 'API Gateway allows pages of every origin (*) to call the API.' }];
}

/** Routes whose answers let pages of an origin read them that is nobody's. */
export function originFindings(routes: readonly ReportRoute[]): ReportFinding[] {
  return routes.flatMap(({ route, cells }) => {
    const allowed = cells
      .flatMap(({ exchanges }) => exchanges)
      .filter(({ request }) => request.headers['origin'] !== undefined)
      .map(({ response }) => response?.headers['access-control-allow-origin'])
      .find((origin) => origin !== undefined);
    if (allowed === undefined) return [];
    const message = `Pages of an origin that is nobody's may read the answers: Access-Control-Allow-Origin is ${allowed}.`;
    return [{ code: 'cors_open', route, message }];
  });
}
