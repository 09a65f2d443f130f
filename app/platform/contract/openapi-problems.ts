import * as z from 'zod/mini';
import * as refusal from '../auth/auth-problems.js';
import { jsonOnly, notJson } from '../http/json-body.js';
import { bodyTooLarge, internal, notFound, pathMalformed } from '../http/errors.js';
import { inputInvalid } from '../http/input.js';
import type { Problem } from '../http/problem.js';
import type { DescribedRoute } from './openapi-schemas.js';

/** RFC 9457, and `code` for programs. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().check(z.describe('What is wrong, and what to mend')),
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
  refusal.requestMalformed,
  refusal.tokenMissing,
  refusal.signatureInvalid,
  refusal.tokenExpired,
  refusal.tokenNotYetValid,
  refusal.notAllowed([]),
  refusal.keysUnavailable,
];
const inputProblem = inputInvalid([{ field: '/name', detail: 'must be a text' }]);

/** The errors that a route may answer with: the very ones that are thrown. */
function problemsOf({ allow, params, query, headers, body, problems = [] }: DescribedRoute): Problem[] {
  return [
    ...(allow === 'everyone' ? [] : guardProblems),
    ...(body ? [notJson, bodyTooLarge, jsonOnly] : []),
    ...(params ? [pathMalformed, notFound] : []),
    ...((query ?? headers ?? body) ? [inputProblem] : []),
    ...problems,
    internal,
  ];
}

function headersOf(problems: readonly Problem[]) {
  const names = ['X-Request-Id', ...new Set(problems.flatMap(({ headers }) => Object.keys(headers)))];
  return Object.fromEntries(names.map((name) => [name, { schema: { type: 'string' } }]));
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
