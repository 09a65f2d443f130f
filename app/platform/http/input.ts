import type { Request, Response } from 'express';
import type * as z from 'zod/mini';
import { readJson } from './json-body.js';
import { Problem, type FieldError } from './problem.js';
import type { InputSchemas, Schema } from './route.js';

export const IDEMPOTENCY_KEY = 'Idempotency-Key';
/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
const IDEMPOTENCY_KEY_VALUE = /^[!-~]{1,255}$/;
/** A small request must not cause a large response. */
const MAX_ERRORS = 100;

export const noSuchResource = new Problem({ status: 404, code: 'not_found', detail: 'There is nothing with this id.' });

export function inputInvalid(errors: readonly FieldError[]) {
  return new Problem({
    status: 422,
    code: 'input_invalid',
    detail: 'The input is invalid: fix the fields that are named.',
    errors,
  });
}

/** What the schemas made of a request. */
export interface Input {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly headers?: unknown;
  readonly idempotencyKey?: string | undefined;
  readonly body?: unknown;
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
      ? issue.keys.map((key) => ({ field: fieldOf([...issue.path, key]), detail: 'is not a field of this input' }))
      : [{ field: fieldOf(issue.path), detail: issue.message }],
  );
}

export interface InputOptions {
  /** Called with the first request. */
  load?: (() => Promise<InputSchemas>) | undefined;
  /** Whether the route takes an `Idempotency-Key`. */
  idempotent?: boolean | undefined;
  /** Thrown for the path's parameters. */
  notFound?: Problem | undefined;
}

/**
 * Reads the body if it has a schema, and resolves to what the schemas made of the request; unknown members are refused.
 * Throws `notFound` for the path's parameters, and for the rest one 422 that names every failing field.
 */
export function createInputReader({ load = async () => ({}), idempotent, notFound = noSuchResource }: InputOptions) {
  let loading: Promise<InputSchemas> | undefined;
  return async (request: Request, response: Response): Promise<Input> => {
    const { params, query, headers, body } = await (loading ??= load());
    const errors: FieldError[] = [];

    function validate(schema: Schema | undefined, value: unknown, fieldOf: typeof pointer) {
      if (!schema) return undefined;
      const { error, data } = schema.safeParse(value);
      if (error) errors.push(...fieldErrors(error, fieldOf));
      return data;
    }

    function readIdempotencyKey() {
      const key = request.get(IDEMPOTENCY_KEY);
      if (key !== undefined && !IDEMPOTENCY_KEY_VALUE.test(key)) {
        const detail = 'must be 1 to 255 visible ASCII characters, such as a UUID';
        errors.push({ field: IDEMPOTENCY_KEY.toLowerCase(), detail });
      }
      return key;
    }

    const sent = body && (await readJson(request, response));
    const path = params?.safeParse(request.params);
    if (path?.success === false) throw notFound;
    const input = {
      params: path?.data,
      query: validate(query, request.query, name),
      headers: validate(headers, request.headers, name),
      idempotencyKey: idempotent ? readIdempotencyKey() : undefined,
      body: validate(body, sent, pointer),
    };
    if (errors.length > 0) throw inputInvalid(errors.slice(0, MAX_ERRORS));
    return input;
  };
}
