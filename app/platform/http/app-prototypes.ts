import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express } from 'express';

/** Replaces what a class adds to Node's prototype by the app's own prototype. One class serves one app. */
function inherit<T extends object>(prototype: object, nodes: object, own: T): T {
  if (Object.getPrototypeOf(prototype) !== nodes) return own;
  for (const name of Reflect.ownKeys(prototype)) {
    if (name !== 'constructor') Reflect.deleteProperty(prototype, name);
  }
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(own));
  return Object.setPrototypeOf(prototype, Object.getPrototypeOf(own) as object) as T;
}

/**
 * Makes the app's prototypes those of the request and response classes, given by their prototypes. Otherwise Express
 * changes the prototype of each request and response, and before Node 24 V8 then makes a hidden class for each property
 * that is added to each of them: most of the time that a small response takes, and most of the garbage. Express may do
 * this itself one day: https://github.com/expressjs/express/issues/5998
 */
export function useAppPrototypes(app: Express, request: object, response: object) {
  app.request = inherit(request, IncomingMessage.prototype, app.request);
  app.response = inherit(response, ServerResponse.prototype, app.response);
}

/** Options of `createServer` with which requests and responses have the app's prototypes from the start. */
export function appServerOptions(app: Express): Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>> {
  class Request extends IncomingMessage {}
  class Response<Asked extends IncomingMessage> extends ServerResponse<Asked> {}
  useAppPrototypes(app, Request.prototype, Response.prototype);
  return { IncomingMessage: Request, ServerResponse: Response };
}
