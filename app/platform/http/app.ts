import { randomUUID } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Guard } from '../auth/guard.js';
import type { RevocationGuard } from '../revocation/revocation-guard.js';
import { assertRoute } from './assert-route.js';
import { allowOrigins } from './cors.js';
import { handleErrors, handleNotFound, requireOrigin } from './errors.js';
import type { Metrics } from './metrics.js';
import { requestLog } from './request-log.js';
import { nameRoute, revocationSeconds, routeKeyOf, type Route } from './route.js';
import { createRouteHandler, type ServiceOptions } from './route-handler.js';
import { createRouteTable, type Endpoint } from './route-table.js';
import type { Tracer } from './tracer.js';

export interface AppOptions<Services> extends ServiceOptions<Services> {
  routes: readonly Route<Services>[];
  guard: Guard;
  /** Required where a route is revocable. */
  revocationGuard?: RevocationGuard;
  /** Whether a request came by the API's public address; others are refused unseen. By default all are allowed. */
  isOriginAllowed?: (request: Request) => boolean;
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
  /** Receives each request and its guard as spans; none by default. */
  tracer?: Tracer;
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

/** Nothing for a route that doesn't ask: it pays nothing for those that do. */
function revocationChecks(route: Route, revocationGuard: RevocationGuard | undefined) {
  const seconds = revocationSeconds(route);
  if (seconds === undefined) return [];
  if (!revocationGuard) throw new Error('it is revocable, but the app has no revocationGuard');
  return [revocationGuard(seconds)];
}

/** A route behind its guard. The body is read after the guard has admitted the caller: nobody else makes us parse. */
function endpointOf<Services>(route: Route<Services>, options: AppOptions<Services>): Endpoint {
  const { guard, revocationGuard, tracer, remainingMs = () => DEFAULT_TIME_LIMIT_MS } = options;
  const { method, path } = route;
  assertRoute(route);
  const routeKey = routeKeyOf(route);
  const begin: RequestHandler = (request, _response, next) => {
    request.routeKey = routeKey;
    request.deadlineMs = Date.now() + remainingMs(request);
    next();
  };
  const admit = guard(route.allow);
  const traced = tracer ? tracer.traceMiddleware('guard', admit) : admit;
  const guards = [traced, ...nameRoute(route, () => revocationChecks(route, revocationGuard))];
  return { method, path, handlers: [begin, ...guards, nameRoute(route, () => createRouteHandler(route, options))] };
}

/** The whole API. */
export function createApp<Services>(options: AppOptions<Services>): Express {
  const { routes, realm, log, isOriginAllowed, corsOrigins = [], metrics, tracer } = options;
  const { requestId = () => randomUUID(), logFields } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.set('query parser', 'simple');
  if (tracer) app.use(tracer.traceRequest);
  app.use(requestLog({ log, requestId, ...(logFields && { logFields }), ...(metrics && { metrics }) }));
  app.use(helmet({ contentSecurityPolicy: noPage, xFrameOptions: { action: 'deny' } }));
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  if (isOriginAllowed) app.use(requireOrigin(isOriginAllowed));
  if (corsOrigins.length > 0) app.use(allowOrigins(corsOrigins, routes));
  app.use(createRouteTable(routes.map((route) => endpointOf(route, options))));
  app.use(handleNotFound);
  app.use(handleErrors({ log, realm }));
  return app;
}
