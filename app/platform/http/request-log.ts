import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.js';
import type { Problem } from './problem.js';
import { callersTraceId } from './tracer.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The request's id: in `X-Request-Id` of the response, in every problem's `instance`, and in the log line. */
    id: string;
    /** Of the trace that the request is in: the caller's, or one that begins here where it is traced. */
    traceId?: string | undefined;
    /** The key of the route that serves the request, such as `GET /items/{id}`; absent for an unknown path. */
    routeKey?: string;
    /** The problem that was sent; absent where there was none. */
    problem?: Problem;
  }
}

export interface RequestLogOptions {
  log: Logger;
  /** Never taken from the caller, who could smuggle a token into the log with it. */
  requestId: (request: Request) => string;
  /** What the runtime adds to a line, such as Lambda's own request id. */
  logFields?: (request: Request) => Record<string, unknown>;
  /** Turns each line into a document of metrics; none by default. */
  metrics?: Metrics;
}

type Instant = ReturnType<typeof process.hrtime>;

/** To a tenth. Of `performance`, the first use would load perf_hooks, a hundredth of a cold start. */
function elapsedMs(since: Instant) {
  const [seconds, nanoseconds] = process.hrtime(since);
  return Math.round(seconds * 10_000 + nanoseconds / 100_000) / 10;
}

/** Gives the request an id and writes one line when its response is sent. The line names the route, never the URL: that may hold secrets. */
export function requestLog({ log, requestId, logFields, metrics }: RequestLogOptions): RequestHandler {
  function write(request: Request, response: Response, started: Instant, isAborted: boolean) {
    const { caller, problem, traceId } = request;
    const { statusCode: status } = response;
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeKey,
        status,
        ms: elapsedMs(started),
        ...(problem && { code: problem.code, ...(problem.reason !== undefined && { reason: problem.reason }) }),
        ...(traceId !== undefined && { traceId }),
        ...(isAborted && { aborted: true }),
        ...(caller && { pool: caller.pool, subject: caller.subject }),
        ...logFields?.(request),
        ...metrics?.fieldsFor({ status, code: problem?.code }),
      },
      'request',
    );
  }

  return (request, response, next) => {
    const started = process.hrtime();
    request.id = requestId(request);
    request.traceId ??= callersTraceId(request);
    response.setHeader('X-Request-Id', request.id);
    response.once('finish', () => write(request, response, started, false));
    response.once('close', () => {
      if (!response.writableFinished) write(request, response, started, true);
    });
    next();
  };
}
