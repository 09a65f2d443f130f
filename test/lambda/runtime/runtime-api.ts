import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startLoopbackServer } from '../loopback-server.js';
import { FunctionError } from './function-error.js';

const ROOT = '/2018-06-01/runtime';
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:fixture-api:live';

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Lambda's Runtime API for one function process (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API holds it. */
  readonly address: string;
  /** Resolves when the function has loaded and asks for its first event; rejects with its init error. */
  readonly ready: Promise<void>;
  /** Resolves to the function's response, or rejects with its FunctionError. One event is under way at a time. */
  invoke(event: unknown, timeoutMs: number): Promise<unknown>;
  /** The function is gone: rejects what waits and what comes. */
  fail(error: Error): void;
  close(): Promise<void>;
}

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const queue: Invocation[] = [];
  let underWay: Invocation | undefined;
  let idle: ServerResponse | undefined;
  let failure: Error | undefined;
  let settleReady: (error?: Error) => void;
  const ready = new Promise<void>((resolve, reject) => {
    settleReady = (error) => (error ? reject(error) : resolve());
  });
  ready.catch(() => undefined);

  function deliver() {
    if (!idle || underWay) return;
    underWay = queue.shift();
    if (!underWay) return;
    idle.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': underWay.id,
      'lambda-runtime-deadline-ms': Date.now() + underWay.timeoutMs,
      'lambda-runtime-invoked-function-arn': ARN,
    });
    idle.end(JSON.stringify(underWay.event));
    idle = undefined;
  }

  function fail(error: Error) {
    failure ??= error;
    settleReady(failure);
    for (const invocation of [underWay, ...queue.splice(0)]) invocation?.reject(failure);
    underWay = undefined;
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const path = request.url?.slice(ROOT.length);
    if (path === '/invocation/next') {
      idle = response;
      settleReady();
      deliver();
      return;
    }
    const body: unknown = JSON.parse(await text(request));
    response.writeHead(202).end();
    if (path === '/init/error') {
      fail(new FunctionError(body));
    } else if (underWay && path === `/invocation/${underWay.id}/response`) {
      underWay.resolve(body);
    } else if (underWay && path === `/invocation/${underWay.id}/error`) {
      underWay.reject(new FunctionError(body));
    }
    underWay = undefined;
    deliver();
  }

  const server = await startLoopbackServer((request, response) => void serve(request, response));

  return {
    address: `127.0.0.1:${server.port}`,
    ready,
    invoke: (event, timeoutMs) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        queue.push({ id: randomUUID(), event, timeoutMs, resolve, reject });
        deliver();
      }),
    fail,
    close: () => server.close(),
  };
}
