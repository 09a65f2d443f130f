import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { StartError } from '../config/start-error.js';
import { appServerOptions } from '../http/app-prototypes.js';
import { handleClientError, handleConnect, refuseMalformed } from './client-error.js';

/**
 * A request target in absolute form (`GET http://host/path`, RFC 9112 section 3.2.2) as the origin form that Express
 * routes; without it, Express responds to some of them by itself, past our log and errors.
 */
function toOriginForm(request: IncomingMessage) {
  const { url = '/' } = request;
  if (url.startsWith('/')) return;
  const absolute = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*(?<path>[/?].*)?$/i.exec(url);
  if (!absolute) return;
  const path = absolute.groups?.['path'] ?? '/';
  request.url = path.startsWith('/') ? path : `/${path}`;
}

/**
 * An HTTP server for the app. Its requests and responses have the app's prototypes from the start. No request is left to
 * Node's own responses, which have no request id and no line in the log.
 */
export function createAppServer(app: Express, log: Logger): Server {
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const { length: hosts } = request.headersDistinct['host'] ?? [];
    if (hosts > 1) refuseMalformed(log, response, 'HOST_REPEATED');
    else if (hosts === 0 && request.httpVersion !== '1.0') refuseMalformed(log, response, 'HOST_MISSING');
    else {
      toOriginForm(request);
      app(request, response);
    }
  };
  return createServer({ ...appServerOptions(app), requireHostHeader: false }, serve)
    .on('checkExpectation', serve)
    .on('connect', handleConnect(log))
    .on('clientError', handleClientError(log));
}

/** Resolves to the address that the server listens on. Throws a StartError that says what to set. */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const why =
        code === 'EADDRINUSE'
          ? 'is in use: stop what listens there, or set PORT'
          : `is unavailable (${message}): set PORT`;
      reject(new StartError(`Port ${port} on ${host} ${why} to another (0 takes a free one).`));
    });
    server.listen(port, host, resolve);
  });
  const { address, port: actual, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}
