import { createServer, type RequestListener, type Server } from 'node:http';
import { StartError } from '../../../platform/config/start-error.js';
import { codeOf } from '../../system-error.js';

const HOST = '127.0.0.1';
const PATIENCE_MS = 5000;

export interface Listening {
  port: number;
  /** Without a slash at the end. */
  endpoint: string;
  /** Sets who answers; until then requests are told to come back. */
  serve(listener: RequestListener): void;
  /** Answers what is under way and lets the port go. */
  close(): Promise<void>;
}

/** Listens on loopback, and nowhere else; port 0 takes a free one. Throws StartError when the port can't be had. */
export async function listenOnLoopback(port: number): Promise<Listening> {
  let listener: RequestListener = (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    // A connection that stays open must not hold up a close.
    response.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()));
    listener(request, response);
  });
  const taken = await bind(server, port);
  return {
    port: taken,
    endpoint: `http://${HOST}:${taken}`,
    serve: (next) => void (listener = next),
    close: () => closeGently(server),
  };
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(cantListen(port, cause)));
    server.listen({ host: HOST, port }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function cantListen(port: number, cause: Error): StartError {
  const busy = codeOf(cause) === 'EADDRINUSE';
  const reason = busy ? 'something else listens there' : cause.message;
  return new StartError(
    `The Cognito stand-in can't listen on port ${port}: ${reason}. ` +
      'Stop what uses it, or set LOCAL_COGNITO_PORT to another port.',
    { cause },
  );
}

function closeGently(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
    server.close((error) => {
      clearTimeout(deadline);
      if (error) reject(error);
      else resolve();
    });
  });
}
