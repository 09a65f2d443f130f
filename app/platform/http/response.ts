import type * as z from 'zod/mini';

/** One schema is the check, the TypeScript type, and the JSON Schema of the OpenAPI document. */
export type Schema = z.ZodMiniType;

/** Bodies of responses that are no error, by status; null for a response without a body. */
export type ResponseSchemas = Readonly<Record<number, Schema | null>>;

/** Header names by status: a handler must set each of them in a response of that status. */
export type ResponseHeaders = Readonly<Record<number, readonly string[]>>;

type BodyOf<S> = S extends Schema ? { readonly body: z.output<S> } : { readonly body?: undefined };

type HeadersOf<Headers, Status> = Status extends keyof Headers
  ? Headers[Status] extends readonly (infer Name extends string)[]
    ? { readonly headers: Readonly<Record<Name, string>> }
    : never
  : { readonly headers?: undefined };

/** The responses that a route's line lists; any other does not compile. */
export type ResponseOf<Responses, Headers> = {
  [Status in keyof Responses & number]: { readonly status: Status } & BodyOf<Responses[Status]> &
    HeadersOf<Headers, Status>;
}[keyof Responses & number];

/** A response as a handler returns it. */
export interface HandlerResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A response with this status, and where the route lists them a body and headers. */
export function respond<const Status extends number>(status: Status): { readonly status: Status };
export function respond<const Status extends number, Body>(
  status: Status,
  body: Body,
): { readonly status: Status; readonly body: Body };
export function respond<const Status extends number, Body, const Headers extends Readonly<Record<string, string>>>(
  status: Status,
  body: Body,
  headers: Headers,
): { readonly status: Status; readonly body: Body; readonly headers: Headers };
export function respond(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): HandlerResponse {
  return { status, body, headers };
}
