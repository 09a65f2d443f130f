import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
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

/** What is sent before there is a request. */
export const connectionProblems: readonly Problem[] = [malformed, ...Object.values(problems)];

/** Responds on the bare connection with a problem like every other. */
function respondOnSocket(socket: Duplex, problem: Problem, requestId: string) {
  const body = JSON.stringify(problem.toDocument(requestId));
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** For `clientError` of an HTTP server: what is no HTTP request gets a problem, and a line in the log. */
export function handleClientError(log: Logger) {
  return (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const problem = problems[error.code ?? ''] ?? malformed;
    const requestId = randomUUID();
    respondOnSocket(socket, problem, requestId);
    log.info({ requestId, status: problem.status, code: problem.code, reason: error.code }, 'request');
  };
}
