import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { startLoopbackServer, type LoopbackServer } from '../loopback-server.js';
import { Refusal, jwtAuthorizer, type JwtAuthorizerSettings } from './authorizer.js';
import { makeEvent, readCall, type HttpApiEvent } from './event.js';
import { sendReply } from './reply.js';
import { requestAuthorizer, type RequestAuthorizerSettings } from './request-authorizer.js';
import { matchRoute, type Route } from './route.js';

export interface HttpApiSettings {
  readonly routes: readonly Route[];
  /** By pool; every pool that a route names needs one. */
  readonly authorizers?: Readonly<Record<string, JwtAuthorizerSettings>>;
  /** Lambda authorizers, by the name that routes know them by. */
  readonly requestAuthorizers?: Readonly<Record<string, RequestAuthorizerSettings>>;
  /** `as sent` is how a Function URL has it. */
  readonly paths?: 'decoded' | 'as sent';
  readonly invoke: (event: HttpApiEvent) => Promise<unknown>;
}

/** Every call goes to the function, as with the route `$default`: the app responds to all of them. */
export const EVERY_CALL: readonly Route[] = [{ routeKey: '$default', pool: null, scopes: [] }];

/** API Gateway's HTTP API in front of a function, on a free port. */
export const startHttpApi = (settings: HttpApiSettings): Promise<LoopbackServer> =>
  startLoopbackServer(createHttpApi(settings));

/** API Gateway's HTTP API in front of a function: routes, authorizers, and payload format 2.0 both ways. */
export function createHttpApi(settings: HttpApiSettings): RequestListener {
  const { routes, authorizers = {}, requestAuthorizers = {}, paths = 'decoded', invoke } = settings;
  const authorize = new Map(Object.entries(authorizers).map(([pool, settings]) => [pool, jwtAuthorizer(settings)]));
  const admit = new Map(
    Object.entries(requestAuthorizers).map(([name, settings]) => [name, requestAuthorizer(settings)]),
  );

  async function answer(request: IncomingMessage): Promise<unknown> {
    const call = readCall(request, paths);
    const match = matchRoute(routes, call.method, call.path);
    if (!match) throw new Refusal(404, 'Not Found');
    const { pool, scopes, access } = match.route;
    const jwt = pool === null ? undefined : await named(authorize, pool)(request.headers.authorization, scopes);
    const event = await makeEvent(request, call, match, jwt);
    if (access !== undefined) await named(admit, access)(event);
    return invoke(event);
  }

  function named<T>(authorizers: ReadonlyMap<string, T>, name: string): T {
    const found = authorizers.get(name);
    if (!found) throw new Error(`A route names the authorizer "${name}", which the API does not have`);
    return found;
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    try {
      sendReply(response, await answer(request));
    } catch (error) {
      sendReply(response, refused(error));
    }
  }

  return (request, response) => void serve(request, response);
}

function refused(error: unknown) {
  const { status, message, challenge } = error instanceof Refusal ? error : new Refusal(500, 'Internal Server Error');
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...(challenge && { 'www-authenticate': challenge }) },
    body: JSON.stringify({ message }),
  };
}
