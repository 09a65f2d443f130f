import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { Problem } from './problem.js';

export const notFound = new Problem({ status: 404, code: 'not_found', detail: 'There is nothing at this path.' });
export const pathMalformed = new Problem({
  status: 400,
  code: 'path_malformed',
  detail: 'The path is not valid percent-encoded UTF-8.',
});
export const originNotAllowed = new Problem({
  status: 403,
  code: 'origin_not_allowed',
  detail: 'This is not the public address of the API: call it there.',
});
export const internal = new Problem({
  status: 500,
  code: 'internal',
  detail: 'Something went wrong on our side: give the request id to the operators of this API.',
});

export const bodyTooLarge = new Problem({
  status: 413,
  code: 'body_too_large',
  detail: 'The body is larger than 100 kB.',
});

/** What body-parser throws, by its `type`. https://github.com/expressjs/body-parser#errors */
export const bodyProblems: Record<string, Problem> = {
  'entity.too.large': bodyTooLarge,
  'request.aborted': new Problem({ status: 400, code: 'body_malformed', detail: 'The body ended early.' }),
  'request.size.invalid': new Problem({
    status: 400,
    code: 'body_malformed',
    detail: 'The length of the body is not what Content-Length says.',
  }),
  'encoding.unsupported': new Problem({
    status: 415,
    code: 'media_type_unsupported',
    detail: 'The body has a Content-Encoding that this API does not read.',
  }),
};

/** zlib's errors for a body that it can't inflate: https://nodejs.org/api/zlib.html#zlib-constants */
const notCompressed = new Problem({
  status: 400,
  code: 'body_malformed',
  detail: 'The body is not compressed in the way that Content-Encoding says.',
});

function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError) return pathMalformed;
  const { type, code } = error instanceof Error ? (error as { type?: unknown; code?: unknown }) : {};
  if (typeof code === 'string' && code.startsWith('Z_')) return notCompressed;
  return (typeof type === 'string' && bodyProblems[type]) || internal;
}

/** `realm` is needed where the problem carries a challenge. */
export function sendProblem(response: Response, problem: Problem, requestId: string, realm = '') {
  response.status(problem.status).set(problem.headers).type('application/problem+json');
  if (problem.challenge !== undefined) {
    response.set('WWW-Authenticate', `Bearer realm="${realm}"${problem.challenge && `, ${problem.challenge}`}`);
  }
  response.send(JSON.stringify(problem.toDocument(requestId)));
}

export const handleNotFound: RequestHandler = () => {
  throw notFound;
};

export function requireOrigin(isAllowed: (request: Request) => boolean): RequestHandler {
  return (request, _response, next) => {
    if (!isAllowed(request)) throw originNotAllowed;
    next();
  };
}

export function methodNotAllowed(allow: string) {
  return new Problem({
    status: 405,
    code: 'method_not_allowed',
    detail: `This path has the methods ${allow}.`,
    headers: { Allow: allow },
  });
}

/** For a known path and another method; OPTIONS tells what there is (RFC 9110 section 9.3.7). */
export function handleOtherMethods(methods: readonly string[]): RequestHandler {
  const allow = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].join(', ');
  const problem = methodNotAllowed(allow);
  return (request, response) => {
    if (request.method !== 'OPTIONS') throw problem;
    response.set('Allow', allow).status(204).end();
  };
}

/** The one place that responds to errors. What is unexpected goes to the log whole, and to the caller as a request id. */
export function handleErrors({ log, realm }: { log: Logger; realm: string }): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = problemFrom(error);
    request.problem = problem;
    if (problem === internal) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      log.error(
        { requestId: request.id, route: request.routeKey, error: { name, message, stack } },
        'unexpected error',
      );
    }
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem, request.id, realm);
  };
}
