import type { Request, RequestHandler } from 'express';
import type * as z from 'zod/mini';
import { readJson } from './json-body.js';
import { Problem, type FieldError } from './problem.js';

/** One schema is the check, the TypeScript type, and the JSON Schema of the OpenAPI document. */
export type Schema = z.ZodMiniType;

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

/**
 * Reads the body if it has a schema, lets input through that has the form of its schemas, unknown members none, and puts
 * what the schemas made of it in its place: `request.body` and `request.query`. Else throws 404 for the path's
 * parameters, and for the rest one 422 that names every failing field. Schemas are loaded with the first request.
 */
export function validateInput(load: () => Promise<InputSchemas>): RequestHandler {
  let loading: Promise<InputSchemas> | undefined;
  return async (request, response, next) => {
    const { params, query, headers, body } = await (loading ??= load());
    const errors: FieldError[] = [];

    function check(schema: Schema, value: unknown, fieldOf: typeof pointer) {
      const { error, data } = schema.safeParse(value);
      if (error) errors.push(...fieldErrors(error, fieldOf));
      return data;
    }

    if (body) request.body = await readJson(request, response);
    if (params && !params.safeParse(request.params).success) throw nothingThere;
    // Express makes `query` anew at every look; an own property stays.
    if (query) Object.defineProperty(request, 'query', { value: check(query, request.query, name) });
    if (headers) check(headers, request.headers, name);
    if (body) request.body = check(body, request.body, pointer) as Request['body'];
    if (errors.length > 0) throw inputInvalid(errors.slice(0, MOST_ERRORS));
    next();
  };
}
