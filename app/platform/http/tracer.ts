import type { Request, RequestHandler } from 'express';

/** Where an app's spans go. Without one, nothing is measured. */
export interface Tracer {
  /** Comes first of all: the request's span, until its response is sent. Continues the caller's trace, and sets `request.traceId`. */
  readonly traceRequest: RequestHandler;
  /** The middleware as a span of the request's. */
  traceMiddleware(name: string, middleware: RequestHandler): RequestHandler;
  /** A call of another service as a span of the request's that is being served. */
  traceCall<T>(service: string, operation: string, call: () => Promise<T>): Promise<T>;
  /** Sends the spans that have ended. Resolves after `limitMs` at the latest, and never rejects. */
  flush(limitMs: number): Promise<void>;
}

/** W3C Trace Context section 3.2: version, trace id, parent id and flags; 00 has nothing more, later versions may. */
const TRACEPARENT =
  /^(?:00(?=.{53}$)|(?!00|ff)[\da-f]{2})-(?!0{32})(?<traceId>[\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;

/** The id of the trace that the caller says it is in: 32 hexadecimal digits, or undefined where `traceparent` is malformed or absent. */
export function callersTraceId({ headers: { traceparent } }: Pick<Request, 'headers'>): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  return TRACEPARENT.exec(traceparent)?.groups?.['traceId'];
}
