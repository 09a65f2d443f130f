import cors from 'cors';
import type { RequestHandler } from 'express';
import { IDEMPOTENCY_KEY } from './input.js';
import { IF_MATCH } from './preconditions.js';
import type { Route } from './route.js';

/** What pages of other origins may do, by the routes; header names are in lower case. */
export interface CorsHeaders {
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
}

type Line = Pick<Route, 'idempotent' | 'ifMatch' | 'requestHeaders' | 'responseHeaders'>;

const byName = (names: readonly string[]) => [...new Set(names.map((name) => name.toLowerCase()))].toSorted();

/** The headers that the routes read and send, beside those of every API of ours. */
export function corsHeaders(routes: readonly Line[]): CorsHeaders {
  return {
    allowHeaders: byName([
      'Authorization',
      'Content-Type',
      'Traceparent',
      ...routes.flatMap(({ idempotent, ifMatch, requestHeaders = [] }) => [
        ...(idempotent ? [IDEMPOTENCY_KEY] : []),
        ...(ifMatch ? [IF_MATCH] : []),
        ...requestHeaders,
      ]),
    ]),
    exposeHeaders: byName([
      'Retry-After',
      'WWW-Authenticate',
      'X-Request-Id',
      ...routes.flatMap(({ responseHeaders = {} }) => Object.values(responseHeaders).flat()),
    ]),
  };
}

/** Seconds that a browser may keep the answer to a preflight. */
const MAX_AGE_SECONDS = 600;

/** Lets pages of these origins call the routes, as the gateway does. Callers without an origin, which are no page, pass by it. */
export function allowOrigins(origins: readonly string[], routes: readonly Route[]): RequestHandler {
  const { allowHeaders, exposeHeaders } = corsHeaders(routes);
  const handle = cors({
    origin: [...origins],
    methods: [...new Set(routes.map(({ method }) => method))],
    allowedHeaders: [...allowHeaders],
    exposedHeaders: [...exposeHeaders],
    maxAge: MAX_AGE_SECONDS,
  });
  return (request, response, next) => {
    if (request.headers.origin !== undefined) return handle(request, response, next);
    response.setHeader('Vary', 'Origin');
    return next();
  };
}
