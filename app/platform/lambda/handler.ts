import { EventEmitter } from 'node:events';
import { configure } from '@vendia/serverless-express';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Express, Request, Response } from 'express';
import type { Logger } from 'pino';
import { useAppPrototypes } from '../http/app-prototypes.js';
import { sendProblem } from '../http/errors.js';
import { Problem } from '../http/problem.js';
import type { Tracer } from '../http/tracer.js';
import type { OriginCheck } from './origin.js';
import { readPayload } from './payload.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The invocation of the Lambda function that the request came with. */
    invocation?: Invocation;
  }
}

export interface Invocation {
  readonly event: APIGatewayProxyEventV2;
  readonly context: Context;
}

/** Before Lambda ends the function: enough to send a response and to write the log line. */
const RESPONSE_RESERVE_MS = 500;
/** Handlers give up that much sooner: what they know of the delay makes the better response. */
const HANDLER_RESERVE_MS = 100;

export const timedOut = new Problem({
  status: 503,
  code: 'timed_out',
  detail: 'The response took too long; whether anything was done is unknown.',
  headers: { 'Retry-After': '1' },
});

const TEXT =
  /^(?:text\/[\w.+-]+|application\/(?:[\w.-]+\+)?(?:json|xml)|application\/javascript)\s*(?:;\s*charset="?utf-8"?)?$/i;

/** Binary is what isn't known to be text in UTF-8: text sent as bytes survives, bytes sent as text don't. */
function isBinary({ headers }: { headers: Record<string, string | undefined> }) {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  return encoding !== undefined || (type !== undefined && !TEXT.test(type));
}

/**
 * Adds what serverless-express leaves out: its sockets take no listeners, a request has a Buffer as `body` before anyone
 * read it (`delete` would make the request slow), and a response emits no `close` and can't be destroyed.
 */
function patchAdapterObjects(request: Request, response: Response) {
  request.socket = Object.assign(new EventEmitter(), request.socket);
  request.body = undefined;
  Object.assign(response.socket ?? {}, { writableLength: 0 });
  response.once('finish', () => process.nextTick(() => response.emit('close')));
  response.destroy = (reason = new Error('The response was aborted')) => {
    if (response.writableEnded || response.destroyed) return response;
    response.destroyed = true;
    response.emit('error', reason);
    response.emit('close');
    return response;
  };
}

/** On an app's first invocation. The adapter sets a request's `ip`, which Express's own property of that name would not allow. */
function useAdapterClasses(app: Express, request: Request, response: Response) {
  useAppPrototypes(app, Object.getPrototypeOf(request) as object, Object.getPrototypeOf(response) as object);
  Object.defineProperty(app.request, 'ip', { value: undefined, writable: true });
}

/** Responds for the app when Lambda is about to end the function. */
function enforceDeadline(request: Request, response: Response, { context }: Invocation) {
  const timer = setTimeout(() => {
    if (response.headersSent) response.destroy(timedOut);
    else sendProblem(response, timedOut, request.id);
  }, context.getRemainingTimeInMillis() - RESPONSE_RESERVE_MS);
  response.once('close', () => clearTimeout(timer));
}

/** Every request in Lambda has one. */
const invocationOf = ({ invocation }: Request) => invocation as Invocation;

/** Options of `createApp` in Lambda: API Gateway's request id is the request's, and its log line has Lambda's own as well. */
export const lambdaRequestHooks = {
  requestId: (request: Request) => invocationOf(request).event.requestContext.requestId,
  remainingMs: (request: Request) =>
    invocationOf(request).context.getRemainingTimeInMillis() - RESPONSE_RESERVE_MS - HANDLER_RESERVE_MS,
  logFields: (request: Request) => ({ lambdaRequestId: invocationOf(request).context.awsRequestId }),
};

/** How long a response may wait for its spans to be sent: after it, Lambda freezes the process. */
const FLUSH_LIMIT_MS = 500;

export interface HandlerOptions {
  readonly app: Express;
  readonly log: Logger;
  /** The app asks it which requests are allowed. */
  readonly origin?: Pick<OriginCheck, 'readEvent'> | undefined;
  /** Its spans are sent before each invocation ends. */
  readonly tracer?: Pick<Tracer, 'flush'> | undefined;
}

/** The app as a Lambda handler. Each invocation has an adapter of its own: a shared one can't tell which invocation a request belongs to. */
export function createHandler({ app, log, origin, tracer }: HandlerOptions) {
  const ignore = () => undefined;
  const error = (_message: string, failure: unknown) => {
    const { name, message, stack } = failure instanceof Error ? failure : new Error(String(failure));
    log.error({ error: { name, message, stack } }, 'the response could not be sent');
  };
  return async (event: unknown, context: Context): Promise<unknown> => {
    const invocation = { event: readPayload(event), context };
    origin?.readEvent(invocation.event);
    const framework = {
      async sendRequest({ request, response }: { request: Request; response: Response }) {
        if (Object.getPrototypeOf(request) !== app.request) useAdapterClasses(app, request, response);
        patchAdapterObjects(request, response);
        request.invocation = invocation;
        enforceDeadline(request, response, invocation);
        await new Promise<void>((resolve, reject) => {
          response.once('finish', resolve).once('error', reject);
          app(request, response);
        });
      },
    };
    const serve = configure({
      app,
      framework,
      eventSourceName: 'AWS_API_GATEWAY_V2',
      log: { error, warn: ignore, info: ignore, verbose: ignore, debug: ignore },
      binarySettings: { isBinary },
      respondWithErrors: false,
    });
    const response: unknown = await serve(invocation.event, context, () => undefined);
    await tracer?.flush(Math.min(FLUSH_LIMIT_MS, context.getRemainingTimeInMillis() / 2));
    return response;
  };
}
