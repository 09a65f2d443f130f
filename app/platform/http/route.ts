import type { Request, RequestHandler } from 'express';
import type * as z from 'zod/mini';
import type { AccessRule, Allow, OwnerRule } from '../auth/access-rules.js';
import type { Principal } from '../auth/claims.js';
import type { Problem } from './problem.js';
import type { HandlerResponse, ResponseHeaders, ResponseOf, ResponseSchemas, Schema } from './response.js';

export { respond, type HandlerResponse, type ResponseSchemas, type Schema } from './response.js';

/** The schemas of what a route takes in. */
export interface InputSchemas {
  readonly params?: Schema;
  readonly query?: Schema;
  /** By lower-case name: the names that the route lists as `requestHeaders`. */
  readonly headers?: Schema;
  /** JSON. Without it, a handler gets no body at all. */
  readonly body?: Schema;
}

type Output<S, Name extends PropertyKey> = Name extends keyof S
  ? S[Name] extends Schema
    ? z.output<S[Name]>
    : undefined
  : undefined;

/** A caller whom one of the rules admits: of its pool, with the claims that it asks for. */
type AdmittedBy<R> = R extends AccessRule<infer Pool, infer CallerClaims> | OwnerRule<infer Pool, infer CallerClaims>
  ? Principal<Pool, CallerClaims>
  : never;

/** Never undefined but where everyone may call. */
export type CallerOf<A> = A extends 'everyone' ? undefined : A extends readonly (infer R)[] ? AdmittedBy<R> : never;

type ClaimsOf<A> = CallerOf<A> extends { readonly claims: infer Held } ? Held : None;

/** A claim that holds text for every caller whom the rules admit: one that all of them ask for. */
type TenantClaim<A> = {
  readonly [Name in keyof ClaimsOf<A>]-?: ClaimsOf<A>[Name] extends string ? Extract<Name, string> : never;
}[keyof ClaimsOf<A>];

interface CallContext {
  /** Where the route takes an `Idempotency-Key` and the caller sent one. */
  readonly idempotencyKey: string | undefined;
  /** Milliseconds since the epoch by which the response must be on its way. */
  readonly deadlineMs: number;
  readonly request: Request;
}

/** What a handler gets: the verified caller and the validated input. */
export interface Call<Services, Caller = unknown, Input = unknown, Found = undefined> extends CallContext {
  readonly caller: Caller;
  readonly params: Output<Input, 'params'>;
  readonly query: Output<Input, 'query'>;
  readonly headers: Output<Input, 'headers'>;
  readonly body: Output<Input, 'body'>;
  /** What the path names, where the route is on a resource. */
  readonly resource: Found;
  readonly services: Services;
}

/** The argument of a handler that stands by itself: `Input` names and types what it takes of its route. */
export type HandlerCall<Services, Input = object> = Input &
  Omit<{ readonly [Name in keyof Call<Services>]: unknown }, keyof Input | 'services' | keyof CallContext> &
  CallContext & { readonly services: Services };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface RouteLine<A extends Allow, Headers extends ResponseHeaders> {
  readonly method: Method;
  /** As API Gateway and OpenAPI write it: `/items/{id}`. */
  readonly path: `/${string}`;
  /** Who may call it. The guard and the gateway's authorizer follow; a route without it does not compile. */
  readonly allow: A;
  readonly summary: string;
  /** Takes `Idempotency-Key`: a repeated call with the same key and input has the same effect as one. */
  readonly idempotent?: true;
  /** Refuses tokens that were revoked, within 5 s of the revocation unless it says otherwise; not for everyone's routes. */
  readonly revocable?: true | { readonly withinSeconds: number };
  /** Headers of its own that it reads: browsers may send them. */
  readonly requestHeaders?: readonly string[];
  /** Headers that its responses carry, by status: pages may read them. */
  readonly responseHeaders?: Headers;
  /** Errors of the handler's own; those of the guard and of the input follow from the line. */
  readonly problems?: readonly Problem[];
}

/** Schemas are loaded with the first call that needs them: made at a cold start, they are a tenth of it. */
interface HandledRoute<A extends Allow, I, R, Headers extends ResponseHeaders> extends RouteLine<A, Headers> {
  readonly input?: () => Promise<I>;
  readonly responses: () => Promise<R>;
  /** The claim that names the caller's tenant; each rule asks for it. `services` then work on that tenant's data alone. */
  readonly tenant?: TenantClaim<A>;
}

type Handle<Services, A, I, R, Headers, Found = undefined> = (
  call: Call<Services, CallerOf<A>, I, Found>,
) => ResponseOf<R, Headers> | Promise<ResponseOf<R, Headers>>;

/** How to find what a path names, and whose it is. */
export interface Resource<Services, Params, Found> {
  /** Resolves to undefined where there is none. */
  readonly load: (call: {
    readonly caller: Principal;
    readonly params: Params;
    readonly services: Services;
    readonly deadlineMs: number;
  }) => Promise<Found | undefined>;
  readonly ownerOf: (found: Found) => { readonly pool: string; readonly subject: string };
  /** What `If-Match` is compared with. */
  readonly versionOf: (found: Found) => number;
  /** For what is not there, and for what is somebody else's: callers can't tell the two apart. */
  readonly notFound: Problem;
}

type AllowWithoutOwner = 'everyone' | readonly [AccessRule, ...AccessRule[]];
type Guarded = Exclude<Allow, 'everyone'>;
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- a line that declares none has no keys
type None = Readonly<Record<never, never>>;

/** A route as the app, the gateway and the OpenAPI document read it. */
export interface Route<Services = never> extends RouteLine<Allow, ResponseHeaders> {
  readonly input?: () => Promise<InputSchemas>;
  readonly responses?: () => Promise<ResponseSchemas>;
  readonly tenant?: string;
  readonly resource?: Resource<Services, never, never>;
  /** `If-Match` is required, and compared with the resource's version before the handler runs. */
  readonly ifMatch?: 'required';
  /** What a handler is given depends on its line, which the builder's types check. */
  readonly handle?: (call: never) => HandlerResponse | Promise<HandlerResponse>;
  /** Makes the handler of an `expressRoute`. */
  readonly express?: (services: Services) => RequestHandler;
}

/** The ways to write a route's line, for an API with these services. */
export interface RouteBuilder<Services> {
  /** A route whose handler gets validated input and returns a response that the line lists. */
  route<
    const A extends AllowWithoutOwner,
    const R extends ResponseSchemas,
    const I extends InputSchemas = None,
    const Headers extends ResponseHeaders = None,
  >(
    this: void,
    line: HandledRoute<A, I, R, Headers> & { readonly handle: Handle<Services, A, I, R, Headers> },
  ): Route<Services>;
  /**
   * A route on what its path names: that is loaded before the handler runs, 404 where there is none. A rule of
   * `pool.owner()` admits callers to what is their own; what is somebody else's is 404 as well.
   */
  resourceRoute<
    Found,
    const A extends Guarded,
    const R extends ResponseSchemas,
    const I extends InputSchemas,
    const Headers extends ResponseHeaders = None,
  >(
    this: void,
    resource: Resource<Services, Output<NoInfer<I>, 'params'>, Found>,
    line: HandledRoute<A, I, R, Headers> & {
      readonly ifMatch?: 'required';
      readonly handle: Handle<Services, A, I, R, Headers, Found>;
    },
  ): Route<Services>;
  /** A route with a plain Express handler behind the guard, for what doesn't fit: streams, files. */
  expressRoute<const A extends AllowWithoutOwner>(
    this: void,
    line: RouteLine<A, ResponseHeaders> & {
      readonly responses?: () => Promise<ResponseSchemas>;
      readonly express: (services: Services) => RequestHandler;
    },
  ): Route<Services>;
}

export function routesFor<Services>(): RouteBuilder<Services> {
  return {
    route: (line) => line,
    resourceRoute: (resource, line) => ({ ...line, resource }) as never,
    expressRoute: (line) => line,
  };
}

const DEFAULT_REVOCATION_SECONDS = 5;

/** Within how many seconds a revoked token is refused on the route; undefined where the route doesn't ask for it. */
export function revocationSeconds({ revocable }: Pick<Route, 'revocable'>): number | undefined {
  return revocable === true ? DEFAULT_REVOCATION_SECONDS : revocable?.withinSeconds;
}

export function routeKeyOf({ method, path }: Pick<Route, 'method' | 'path'>) {
  return `${method} ${path}`;
}

/** Does something for a route; an Error that it throws then names the route. */
export function nameRoute<T>(route: Pick<Route, 'method' | 'path'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`Route ${routeKeyOf(route)}: ${(error as Error).message}`, { cause: error });
  }
}
