import { randomUUID } from 'node:crypto';
import express, { type Express, type Request } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { assertRules } from '../auth/access-rules.js';
import type { Guard } from '../auth/guard.js';
import type { RevocationGuard } from '../revocation/revocation-guard.js';
import { allowOrigins } from './cors.js';
import { handleErrors, handleNotFound, handleOtherMethods } from './errors.js';
import type { Metrics } from './metrics.js';
import { requestLog } from './request-log.js';
import { revocationSeconds, routeKeyOf, type Route } from './route.js';
import { createRouteHandler, type ServiceOptions } from './route-handler.js';

export interface AppOptions<Services> extends ServiceOptions<Services> {
  routes: readonly Route<Services>[];
  guard: Guard;
  /** Required where a route is revocable. */
  revocationGuard?: RevocationGuard;
  /** The product's name, in challenges. */
  realm: string;
  log: Logger;
  /** Exact origins whose pages may call the API; none by default. */
  corsOrigins?: readonly string[];
  requestId?: (request: Request) => string;
  /** What the runtime adds to a line of the request log. */
  logFields?: (request: Request) => Record<string, unknown>;
  /** Turns each line of the request log into a document of metrics; none by default. */
  metrics?: Metrics;
  /** Milliseconds that a request may take, asked when it comes in; 10 s by default. */
  remainingMs?: (request: Request) => number;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Milliseconds since the epoch by which the response must be on its way, if only that it took too long. */
    deadlineMs: number;
  }
}

const DEFAULT_TIME_LIMIT_MS = 10_000;
const noPage = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

function expressPath(path: string) {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** As long as API Gateway may keep an authorizer's answer, and never 0: that would be a read for each request. */
const MAX_REVOCATION_SECONDS = 300;

function assertRevocable(route: Route) {
  const seconds = revocationSeconds(route);
  if (!Number.isInteger(seconds) || Number(seconds) < 1 || Number(seconds) > MAX_REVOCATION_SECONDS) {
    const range = `{ withinSeconds: N }, a whole number from 1 to ${MAX_REVOCATION_SECONDS}`;
    throw new Error(`revocable must be true or ${range}`);
  }
  if (route.allow === 'everyone') throw new Error('it is revocable, but everyone may call it without a token');
}

function assertTenant({ allow, tenant, express: isExpress }: Route) {
  if (tenant === undefined) return;
  if (isExpress)
    throw new Error(
      "an Express handler is made once, for all tenants: use route, or take the tenant from the caller's claims",
    );
  if (allow === 'everyone' || !allow.every(({ claims }) => claims?.some(({ name }) => name === tenant))) {
    throw new Error(`each rule of a route with a tenant asks for the claim: .claim('${tenant}')`);
  }
}

/** Does something for a route; an Error that it throws then names the route. */
function naming<T>(route: Pick<Route, 'method' | 'path'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`Route ${routeKeyOf(route)}: ${(error as Error).message}`, { cause: error });
  }
}

/** Throws an Error that names the route for what the compiler didn't see: a JavaScript caller, a cast. */
export function assertRoute(route: Route) {
  naming(route, () => {
    if (route.allow !== 'everyone') assertRules(route.allow);
    if (!route.express && !route.handle) throw new Error('it has no handler');
    if (route.allow !== 'everyone' && !route.resource && route.allow.some(({ ownerOnly }) => ownerOnly)) {
      throw new Error('a rule of owner() needs a resource: use resourceRoute');
    }
    assertTenant(route);
    if (route.revocable !== undefined) assertRevocable(route);
  });
}

/** As API Gateway chooses among paths that match: a literal segment comes before a parameter. */
function bySpecificity(a: string, b: string) {
  const [left, right] = [a, b].map((path) => path.split('/').map((segment) => (segment.startsWith('{') ? 1 : 0)));
  for (const [at, rank] of (left ?? []).entries()) {
    const difference = rank - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Nothing for a route that doesn't ask: it pays nothing for those that do. */
function revocationChecks(route: Route, revocationGuard: RevocationGuard | undefined) {
  const seconds = revocationSeconds(route);
  if (seconds === undefined) return [];
  if (!revocationGuard) throw new Error('it is revocable, but the app has no revocationGuard');
  return [revocationGuard(seconds)];
}

/** The routes of one path. The body is read after the guard has admitted the caller: nobody else makes us parse. */
function mountPath<Services>(app: Express, options: AppOptions<Services>, path: string) {
  const { guard, revocationGuard, remainingMs = () => DEFAULT_TIME_LIMIT_MS } = options;
  const routes = options.routes.filter((route) => route.path === path);
  const mounted = app.route(expressPath(path));
  for (const route of routes) {
    assertRoute(route);
    const routeKey = routeKeyOf(route);
    mounted[route.method.toLowerCase() as Lowercase<Route['method']>](
      (request, _response, next) => {
        request.routeKey = routeKey;
        request.deadlineMs = Date.now() + remainingMs(request);
        next();
      },
      guard(route.allow),
      ...naming(route, () => [...revocationChecks(route, revocationGuard), createRouteHandler(route, options)]),
    );
  }
  mounted.all(handleOtherMethods(routes.map(({ method }) => method)));
}

/** The whole API. Paths match as in API Gateway: character by character, slash by slash. */
export function createApp<Services>(options: AppOptions<Services>): Express {
  const { routes, realm, log, corsOrigins = [], requestId = () => randomUUID(), logFields, metrics } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.set('case sensitive routing', true).set('strict routing', true).set('query parser', 'simple');
  app.use(requestLog({ log, requestId, ...(logFields && { logFields }), ...(metrics && { metrics }) }));
  app.use(helmet({ contentSecurityPolicy: noPage, xFrameOptions: { action: 'deny' } }));
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  if (corsOrigins.length > 0) app.use(allowOrigins(corsOrigins, routes));
  const paths = [...new Set(routes.map(({ path }) => path))].toSorted(bySpecificity);
  for (const path of paths) mountPath(app, options, path);
  app.use(handleNotFound);
  app.use(handleErrors({ log, realm }));
  return app;
}
