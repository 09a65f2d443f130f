import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { Problem } from '../http/problem.js';

const malformed = new Problem({
  status: 400,
  code: 'http_malformed',
  detail: 'This is not a well-formed HTTP request.',
});

/** Requests that Node's parser refuses, by its error code; any other is `malformed`. */
const problems: Record<string, Problem> = {
  HPE_HEADER_OVERFLOW: new Problem({
    status: 431,
    code: 'headers_too_large',
    detail: 'The headers of the request are larger than 16 KB in total.',
  }),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem({
    status: 408,
    code: 'request_timeout',
    detail: 'The request did not arrive in time.',
  }),
};

/** What is sent to requests that never reach the app. */
export const connectionProblems: readonly Problem[] = [malformed, ...Object.values(problems)];

/** A problem like every other, for what never reaches the app, and its line in the log. */
function prepare(log: Logger, problem: Problem, reason: string | undefined) {
  const requestId = randomUUID();
  const body = JSON.stringify(problem.toDocument(requestId));
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  log.info({ requestId, status: problem.status, code: problem.code, reason }, 'request');
  return { headers, body };
}

/** For `clientError` of an HTTP server: what is no HTTP request gets a problem on the bare connection. */
export function handleClientError(log: Logger) {
  return (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const problem = problems[error.code ?? ''] ?? malformed;
    const { headers, body } = prepare(log, problem, error.code);
    const lines = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  };
}

/** For `connect` of an HTTP server, which Node would close without a response. */
export function handleConnect(log: Logger) {
  const refuse = handleClientError(log);
  return (_request: IncomingMessage, socket: Duplex) => refuse(Object.assign(new Error(), { code: 'CONNECT' }), socket);
}

/** For a request of HTTP/1.1 without Host and for one with several, which Node's parser lets through (RFC 9112 section 3.2). */
export function refuseMalformed(log: Logger, response: ServerResponse, reason: 'HOST_MISSING' | 'HOST_REPEATED') {
  const { headers, body } = prepare(log, malformed, reason);
  response.writeHead(malformed.status, headers).end(body);
}
