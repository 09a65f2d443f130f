import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express } from 'express';

/** Makes a class's prototype what `own` is, in the place of what it adds to Node's, which Express hides as well. A class is one app's. */
function inherit<T extends object>(prototype: object, nodes: object, own: T): T {
  if (Object.getPrototypeOf(prototype) !== nodes) return own;
  for (const name of Reflect.ownKeys(prototype)) {
    if (name !== 'constructor') Reflect.deleteProperty(prototype, name);
  }
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(own));
  return Object.setPrototypeOf(prototype, Object.getPrototypeOf(own) as object) as T;
}

/**
 * Makes classes of requests and responses, given by their prototypes, the app's own. Otherwise Express changes the
 * prototype of each object that comes in, and before Node 24 V8 then makes a hidden class for each property that is
 * added to each of them: most of the time that a small answer takes, and most of the garbage.
 */
export function useAppPrototypes(app: Express, request: object, response: object) {
  app.request = inherit(request, IncomingMessage.prototype, app.request);
  app.response = inherit(response, ServerResponse.prototype, app.response);
}

/** Options of `createServer` that make its messages the app's own from the start. */
export function appServerOptions(app: Express): Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>> {
  class Request extends IncomingMessage {}
  class Response<Asked extends IncomingMessage> extends ServerResponse<Asked> {}
  useAppPrototypes(app, Request.prototype, Response.prototype);
  return { IncomingMessage: Request, ServerResponse: Response };
}
