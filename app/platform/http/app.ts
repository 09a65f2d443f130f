import { randomUUID } from 'node:crypto';
import cors from 'cors';
import express, { type Express, type Request } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Guard } from '../auth/guard.js';
import { handleErrors, handleNotFound, handleOtherMethods } from './errors.js';
import { validateInput } from './input.js';
import { requestLog } from './request-log.js';
import { routeKeyOf, routes as allRoutes, type Parts, type Route } from '../../api/routes.js';

export interface AppOptions extends Parts {
  guard: Guard;
  log: Logger;
  corsOrigins?: readonly string[];
  routes?: readonly Route[];
  requestId?: (request: Request) => string;
  logFields?: (request: Request) => Record<string, unknown>;
  /** Milliseconds that a request may take, asked when it comes in. */
  remainingMs?: (request: Request) => number;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Milliseconds since the epoch: whoever calls has an answer by then, if only that it took too long. */
    deadlineMs: number;
  }
}

const answersAreNoPages = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

/** The body is read after the guard has let the caller in: strangers don't make us parse. */
function mount(app: Express, { guard, remainingMs = () => 10_000, ...parts }: AppOptions, route: Route) {
  const routeKey = routeKeyOf(route);
  app[route.method.toLowerCase() as Lowercase<Route['method']>](
    expressPath(route.path),
    (request, _response, next) => {
      request.routeKey = routeKey;
      request.deadlineMs = Date.now() + remainingMs(request);
      next();
    },
    guard(route.allow),
    ...(route.input ? [validateInput(route.input)] : []),
    route.handle(parts),
  );
}

function expressPath(path: string) {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** The whole API. Paths match as in API Gateway: letter by letter, slash by slash. */
export function createApp(parts: AppOptions): Express {
  const { log, corsOrigins = [], routes = allRoutes, requestId = () => randomUUID(), logFields } = parts;
  const app = express();
  app.set('case sensitive routing', true).set('strict routing', true).set('etag', false).set('query parser', 'simple');
  app.use(requestLog({ log, requestId, ...(logFields && { logFields }) }));
  app.use(helmet({ contentSecurityPolicy: answersAreNoPages, xFrameOptions: { action: 'deny' } }));
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  if (corsOrigins.length > 0) {
    app.use(cors({ origin: [...corsOrigins], exposedHeaders: ['X-Request-Id', 'WWW-Authenticate', 'Location'] }));
  }
  for (const route of routes) mount(app, parts, route);
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    app.all(expressPath(path), handleOtherMethods(methods));
  }
  app.use(handleNotFound);
  app.use(handleErrors(log));
  return app;
}
