import { EventEmitter } from 'node:events';
import { configure } from '@vendia/serverless-express';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Express, Request, Response } from 'express';
import type { Logger } from 'pino';
import { useAppPrototypes } from '../http/app-prototypes.js';
import { sendProblem } from '../http/errors.js';
import { readPayload } from './payload.js';
import { Problem } from '../http/problem.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The call of the Lambda function that the request came with. */
    invocation?: Invocation;
  }
}

export interface Invocation {
  readonly event: APIGatewayProxyEventV2;
  readonly context: Context;
}

/** Milliseconds before Lambda kills the function: enough to send an answer, and to write the log line. */
const RESERVE = 500;
/** Handlers are to give up that much sooner, in milliseconds: what they know of the delay is the better answer. */
const SOONER = 100;

const timedOut = new Problem({
  status: 503,
  code: 'timed_out',
  detail: 'The answer took too long; whether anything was done is not known.',
  headers: { 'Retry-After': '1' },
});

const TEXT =
  /^(?:text\/[\w.+-]+|application\/(?:[\w.-]+\+)?(?:json|xml)|application\/javascript)\s*(?:;\s*charset="?utf-8"?)?$/i;

/** Binary is what isn't known as text in UTF-8: text taken for bytes survives, bytes taken for text don't. */
function isBinary({ headers }: { headers: Record<string, string | undefined> }) {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  return encoding !== undefined || (type !== undefined && !TEXT.test(type));
}

/**
 * What serverless-express leaves undone: its sockets take no listeners, a request has a Buffer as `body` before anyone
 * read it (`delete` would make the request slow), and an answer emits no `close` and can't be broken off.
 */
function complete(request: Request, response: Response) {
  request.socket = Object.assign(new EventEmitter(), request.socket);
  request.body = undefined;
  Object.assign(response.socket ?? {}, { writableLength: 0 });
  response.once('finish', () => process.nextTick(() => response.emit('close')));
  response.destroy = (reason = new Error('The answer was broken off')) => {
    if (response.writableEnded) return response;
    response.emit('error', reason);
    response.emit('close');
    return response;
  };
}

/** An app's first call. The adapter gives a request its address, which Express's own property of that name would not let it. */
function adoptBoth(app: Express, request: Request, response: Response) {
  useAppPrototypes(app, Object.getPrototypeOf(request) as object, Object.getPrototypeOf(response) as object);
  Object.defineProperty(app.request, 'ip', { value: undefined, writable: true, configurable: true });
}

/** Answers in the app's place when Lambda is about to kill the function. */
function enforceDeadline(request: Request, response: Response, { context }: Invocation) {
  const clock = setTimeout(() => {
    if (response.headersSent) response.destroy(timedOut);
    else sendProblem(response, timedOut, request.id);
  }, context.getRemainingTimeInMillis() - RESERVE);
  response.once('close', () => clearTimeout(clock));
}

/** What a call says of its request: the gateway's id is its id, its log line carries Lambda's, and it ends before the function does. */
export const lambdaRequestHooks = {
  requestId: ({ invocation }: Request) => String(invocation?.event.requestContext.requestId),
  remainingMs: ({ invocation }: Request) => (invocation?.context.getRemainingTimeInMillis() ?? 0) - RESERVE - SOONER,
  logFields: ({ invocation }: Request) => ({ lambdaRequestId: invocation?.context.awsRequestId }),
};

/** The app as a Lambda handler. An adapter for each call: the one it offers for all calls doesn't tell which call a request belongs to. */
export function createHandler({ app, log }: { app: Express; log: Logger }) {
  const say = () => undefined;
  const error = (_message: string, failure: unknown) => {
    const { name, message, stack } = failure instanceof Error ? failure : new Error(String(failure));
    log.error({ error: { name, message, stack } }, 'the answer could not be made');
  };
  return async (event: unknown, context: Context): Promise<unknown> => {
    const invocation = { event: readPayload(event), context };
    const framework = {
      async sendRequest({ request, response }: { request: Request; response: Response }) {
        if (Object.getPrototypeOf(request) !== app.request) adoptBoth(app, request, response);
        complete(request, response);
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
      log: { error, warn: say, info: say, verbose: say, debug: say },
      binarySettings: { isBinary },
      respondWithErrors: false,
    });
    return serve(invocation.event, context, () => undefined);
  };
}
