import type { IncomingMessage, ServerResponse } from 'node:http';
import { startLoopbackServer, type LoopbackServer } from '../loopback-server.js';
import { Refusal, jwtAuthorizer, type JwtAuthorizerSettings } from './authorizer.js';
import { makeEvent, readCall, type HttpApiEvent } from './event.js';
import { sendReply } from './reply.js';
import { matchRoute, type Route } from './route.js';

export interface HttpApiSettings {
  readonly routes: readonly Route[];
  /** By pool; every pool that a route names needs one. */
  readonly authorizers?: Readonly<Record<string, JwtAuthorizerSettings>>;
  /** `as sent` is how a Function URL has it. */
  readonly paths?: 'decoded' | 'as sent';
  readonly invoke: (event: HttpApiEvent) => Promise<unknown>;
}

/** Every call goes to the function, as with the route `$default`: the app responds to all of them. */
export const EVERY_CALL: readonly Route[] = [{ routeKey: '$default', pool: null, scopes: [] }];

/** API Gateway's HTTP API in front of a function: routes, JWT authorizers, and payload format 2.0 both ways. */
export async function startHttpApi(settings: HttpApiSettings): Promise<LoopbackServer> {
  const { routes, authorizers = {}, paths = 'decoded', invoke } = settings;
  const authorize = new Map(Object.entries(authorizers).map(([pool, settings]) => [pool, jwtAuthorizer(settings)]));

  async function answer(request: IncomingMessage): Promise<unknown> {
    const call = readCall(request, paths);
    const match = matchRoute(routes, call.method, call.path);
    if (!match) throw new Refusal(404, 'Not Found');
    const { pool, scopes } = match.route;
    const jwt = pool === null ? undefined : await authorizer(pool)(request.headers.authorization, scopes);
    return invoke(await makeEvent(request, call, match, jwt));
  }

  function authorizer(pool: string) {
    const found = authorize.get(pool);
    if (!found) throw new Error(`A route names the pool "${pool}", which has no authorizer`);
    return found;
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    try {
      sendReply(response, await answer(request));
    } catch (error) {
      sendReply(response, refused(error));
    }
  }

  return startLoopbackServer((request, response) => void serve(request, response));
}

function refused(error: unknown) {
  const { status, message, challenge } = error instanceof Refusal ? error : new Refusal(500, 'Internal Server Error');
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...(challenge && { 'www-authenticate': challenge }) },
    body: JSON.stringify({ message }),
  };
}
