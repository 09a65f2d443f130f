import type { Request, RequestHandler, Response } from 'express';
import { isOwnerOnly, type Allow } from '../auth/access-rules.js';
import type { Principal } from '../auth/claims.js';
import { createInputReader, type Input } from './input.js';
import { assertIfMatch } from './preconditions.js';
import type { Call, HandlerResponse, Resource, Route } from './route.js';

type AnyCall = Call<unknown, unknown, unknown, unknown>;
type AnyResource = Resource<unknown, unknown, unknown>;

function send(response: Response, { status, body, headers }: HandlerResponse) {
  response.status(status);
  if (headers) response.set(headers);
  if (body === undefined) response.end();
  else response.json(body);
}

/** What the path names, for a caller who may have it: somebody else's is as if it were not there. */
async function loadResource({ load, ownerOf, notFound }: AnyResource, allow: Allow, call: Omit<AnyCall, 'resource'>) {
  const { params, services, deadlineMs } = call;
  const caller = call.caller as Principal;
  const found = await load({ caller, params, services, deadlineMs });
  if (found === undefined) throw notFound;
  if (allow !== 'everyone' && isOwnerOnly(allow, caller)) {
    const owner = ownerOf(found);
    if (owner.pool !== caller.pool || owner.subject !== caller.subject) throw notFound;
  }
  return found;
}

/** What the handler works with: on a route of tenants, what is bound to the caller's. */
function servicesOf<Services>({ tenant: claim }: Route<Services>, { services, servicesFor }: ServiceOptions<Services>) {
  if (claim === undefined) return () => services;
  if (!servicesFor) throw new Error('a route with a tenant needs servicesFor, see bindServices');
  return ({ caller }: Request) => {
    const tenant = caller?.claims[claim];
    if (typeof tenant !== 'string') throw new Error(`The guard admitted a caller without the claim ${claim}`);
    return servicesFor(tenant);
  };
}

export interface ServiceOptions<Services> {
  /** What handlers work with. */
  services: Services;
  /** The same for one tenant, for routes that have some. */
  servicesFor?: (tenant: string) => Services;
}

/** Runs a route for a caller whom the guard has admitted: validates the input, loads the resource, calls the handler. */
export function createRouteHandler<Services>(
  route: Route<Services>,
  options: ServiceOptions<Services>,
): RequestHandler {
  if (route.express) return route.express(options.services);
  const services = servicesOf(route, options);
  const { allow, input: load, idempotent, ifMatch } = route;
  const handle = route.handle as unknown as (call: AnyCall) => HandlerResponse | Promise<HandlerResponse>;
  const resource = route.resource as unknown as AnyResource | undefined;
  const reader = { load, idempotent, notFound: resource?.notFound };
  const readInput = load || idempotent ? createInputReader(reader) : undefined;

  function callOf(request: Request, input: Input | undefined) {
    return {
      caller: request.caller,
      params: input?.params,
      query: input?.query,
      headers: input?.headers,
      body: input?.body,
      resource: undefined,
      idempotencyKey: input?.idempotencyKey,
      services: services(request),
      deadlineMs: request.deadlineMs,
      request,
    } as unknown as AnyCall;
  }

  if (!readInput && !resource) {
    return (request, response) => {
      const result = handle(callOf(request, undefined));
      if (result instanceof Promise) return result.then((resolved) => send(response, resolved));
      return send(response, result);
    };
  }

  return async (request, response) => {
    let call = callOf(request, await readInput?.(request, response));
    if (resource) {
      const found = await loadResource(resource, allow, call);
      if (ifMatch) assertIfMatch(request.headers['if-match'], resource.versionOf(found));
      call = { ...call, resource: found };
    }
    send(response, await handle(call));
  };
}
