import { createServer, type RequestListener, type Server } from 'node:http';
import { StartError } from '../../../platform/config/start-error.js';
import type { Certificate } from './certificate.js';
import { serveTlsAsWell } from './http-and-tls.js';

const HOST = '127.0.0.1';
const CLOSE_TIMEOUT_MS = 5000;

export interface Listening {
  port: number;
  /** Without a slash at the end. */
  endpoint: string;
  /** Sets what responds to requests; before that, each is 503 with `Retry-After`. */
  serve(listener: RequestListener): void;
  /** From now on serves TLS on the same port as well. */
  serveTls(certificate: Pick<Certificate, 'cert' | 'key'>): void;
  /** Responds to the requests in progress, for 5 s at most, and releases the port. */
  close(): Promise<void>;
}

/** Listens on loopback only; port 0 takes a free one. Throws StartError when the port is unavailable. */
export async function listenOnLoopback(port: number): Promise<Listening> {
  let listener: RequestListener = (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    // A keep-alive connection must not delay a close.
    response.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()));
    listener(request, response);
  });
  let closeUndecided = () => {};
  const actual = await bind(server, port);
  return {
    port: actual,
    endpoint: `http://${HOST}:${actual}`,
    serve: (next) => void (listener = next),
    serveTls: (certificate) => {
      closeUndecided = serveTlsAsWell(server, certificate);
    },
    close: () => {
      closeUndecided();
      return closeGracefully(server);
    },
  };
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(portUnavailable(port, cause)));
    server.listen({ host: HOST, port }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function portUnavailable(port: number, cause: NodeJS.ErrnoException): StartError {
  const reason = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
  return new StartError(
    `The local Cognito can't listen on port ${port}: ${reason}. ` +
      'Stop what listens there, or set LOCAL_COGNITO_PORT to another port.',
    { cause },
  );
}

function closeGracefully(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close((error) => {
      clearTimeout(timeout);
      if (error) reject(error);
      else resolve();
    });
  });
}
