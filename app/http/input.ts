import type { Request, RequestHandler } from 'express';
import * as z from 'zod/mini';
import { Problem, type FieldError } from './problem.js';

/** One schema is the check, the TypeScript type, and the JSON Schema of the OpenAPI document. */
export type Schema = z.core.$ZodType;

/** The schemas of what a route takes in. Without one, a handler gets no body at all. */
export interface InputSchemas {
  readonly params?: Schema | undefined;
  readonly query?: Schema | undefined;
  readonly headers?: Schema | undefined;
  readonly body?: Schema | undefined;
}

/** More are not named: a small request must not cause a large answer. */
const MOST_ERRORS = 100;

const nothingThere = new Problem({ status: 404, code: 'not_found', detail: 'There is nothing with this id.' });

export function inputInvalid(errors: readonly FieldError[]) {
  return new Problem({
    status: 422,
    code: 'body_invalid',
    detail: 'The input does not have the form asked for: mend the fields that are named.',
    errors,
  });
}

/** RFC 6901. */
function pointer(path: readonly PropertyKey[]) {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function name(path: readonly PropertyKey[]) {
  return path.map(String).join('.');
}

function fieldErrors({ issues }: z.core.$ZodError, fieldOf: (path: readonly PropertyKey[]) => string): FieldError[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ field: fieldOf([...issue.path, key]), detail: 'is not known here' }))
      : [{ field: fieldOf(issue.path), detail: issue.message }],
  );
}

export function takesInput({ params, query, headers, body }: InputSchemas) {
  return Boolean(params ?? query ?? headers ?? body);
}

/**
 * Lets input through that has the form of its schemas, unknown members none, and puts what the schemas made of it in its
 * place: `request.body` and `request.query`. Else throws 404 for the path's parameters, and for the rest one 422 that
 * names every failing field.
 */
export function checkInput({ params, query, headers, body }: InputSchemas): RequestHandler {
  return (request, _response, next) => {
    const errors: FieldError[] = [];

    function check(schema: Schema, value: unknown, fieldOf: typeof pointer) {
      const { error, data } = z.safeParse(schema, value);
      if (error) errors.push(...fieldErrors(error, fieldOf));
      return data;
    }

    if (params && !z.safeParse(params, request.params).success) throw nothingThere;
    // Express makes `query` anew at every look; an own property stays.
    if (query) Object.defineProperty(request, 'query', { value: check(query, request.query, name) });
    if (headers) check(headers, request.headers, name);
    if (body) request.body = check(body, request.body, pointer) as Request['body'];
    if (errors.length > 0) {
      throw inputInvalid(errors.slice(0, MOST_ERRORS));
    }
    next();
  };
}
