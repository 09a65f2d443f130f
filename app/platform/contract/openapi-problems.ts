import * as z from 'zod/mini';
import * as auth from '../auth/auth-problems.js';
import { jsonOnly, notJson } from '../http/json-body.js';
import { tenantNotSupported } from '../dynamodb/tenant-role.js';
import { bodyTooLarge, internal, pathMalformed } from '../http/errors.js';
import { inputInvalid, noSuchResource } from '../http/input.js';
import { preconditionFailed, preconditionRequired } from '../http/preconditions.js';
import type { Problem } from '../http/problem.js';
import type { DescribedRoute } from './openapi-schemas.js';

/** RFC 9457, and `code` for programs. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().check(z.describe('What is wrong, and what to fix')),
    instance: z.string().check(z.describe('The request id, as in `X-Request-Id`')),
    code: z.string().check(z.describe('Stable: programs may branch on it')),
    errors: z.optional(
      z.array(
        z.strictObject({
          field: z.string().check(z.describe('RFC 6901 JSON Pointer into the body, or the name of a parameter')),
          detail: z.string(),
        }),
      ),
    ),
  })
  .check(z.meta({ id: 'Problem' }));

const guardProblems = [
  auth.requestMalformed,
  auth.tokenMissing,
  auth.signatureInvalid,
  auth.tokenExpired,
  auth.tokenNotYetValid,
  auth.notAllowed([]),
  auth.keysUnavailable,
];
const inputProblem = inputInvalid([{ field: '/name', detail: 'must be text' }]);

/** The errors that a route may respond with: the very ones that are thrown. */
export function problemsOf(route: DescribedRoute): Problem[] {
  const { allow, params, query, headers, body, problems = [], resource, ifMatch, idempotent, revocable } = route;
  return [
    ...(allow === 'everyone' ? [] : guardProblems),
    ...(route.tenant === undefined ? [] : [tenantNotSupported]),
    ...(revocable ? [auth.tokenRevoked, auth.revocationsUnavailable] : []),
    ...(body ? [notJson, bodyTooLarge, jsonOnly] : []),
    ...(route.path.includes('{') ? [pathMalformed] : []),
    ...(resource ? [resource.notFound] : []),
    ...(params && !resource ? [noSuchResource] : []),
    ...((query ?? headers ?? body ?? ifMatch ?? idempotent) ? [inputProblem] : []),
    ...(ifMatch ? [preconditionRequired, preconditionFailed] : []),
    ...problems,
    internal,
  ];
}

function headersOf(problems: readonly Problem[]) {
  const names = new Set([
    'X-Request-Id',
    ...problems.flatMap(({ headers, challenge }) => [
      ...Object.keys(headers),
      ...(challenge === undefined ? [] : ['WWW-Authenticate']),
    ]),
  ]);
  return Object.fromEntries(Array.from(names, (name) => [name, { schema: { type: 'string' } }]));
}

function response(problems: readonly Problem[], description: string) {
  const examples = problems.map((one) => [one.code, { value: one.toDocument('0b0e5b7e-6f0a-4f0e-9a53-1c9f5c1f9b1e') }]);
  const schema = { $ref: '#/components/schemas/Problem' };
  return {
    description,
    headers: headersOf(problems),
    content: { 'application/problem+json': { schema, examples: Object.fromEntries(examples) as unknown } },
  };
}

/** OpenAPI Response Objects of a route's errors, by status, with an example for each code. */
export function problemResponses(route: DescribedRoute, titleOf: (status: number) => string) {
  const problems = problemsOf(route);
  const statuses = [...new Set(problems.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      response(
        problems.filter((problem) => problem.status === status),
        titleOf(status),
      ),
    ]),
  );
}
