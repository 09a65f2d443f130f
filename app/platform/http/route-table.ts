import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { handleOtherMethods } from './errors.js';
import type { Method } from './route.js';

/** What serves one method of a path; each handler runs once the one before has called `next`. */
export interface Endpoint {
  readonly method: Method;
  /** Segments of text, or `{name}` for any that is not empty: `/items/{id}`. */
  readonly path: string;
  readonly handlers: readonly RequestHandler[];
}

interface Served {
  /** Of the path's parameters, in order. */
  readonly names: readonly string[];
  readonly handlers: readonly RequestHandler[];
}

/** The paths that begin with the same segments. */
class Branch {
  readonly texts = new Map<string, Branch>();
  parameter: Branch | undefined;
  /** Of the path that ends here. */
  readonly methods = new Map<string, Served>();
  otherMethods: RequestHandler | undefined;

  /** The branch of one more segment, made where there is none. */
  grow(segment: string, isParameter: boolean): Branch {
    const known = isParameter ? this.parameter : this.texts.get(segment);
    if (known) return known;
    const branch = new Branch();
    if (isParameter) this.parameter = branch;
    else this.texts.set(segment, branch);
    return branch;
  }

  /**
   * Adds the parameters' values to `values`. As API Gateway chooses among paths that match: text comes before a
   * parameter, the first segments first.
   */
  find(segments: readonly string[], values: string[], at = 0): Branch | undefined {
    const segment = segments[at];
    if (segment === undefined) return this.methods.size > 0 ? this : undefined;
    const found = this.texts.get(segment)?.find(segments, values, at + 1);
    if (found || !this.parameter || segment === '') return found;
    values.push(segment);
    const below = this.parameter.find(segments, values, at + 1);
    if (!below) values.pop();
    return below;
  }
}

const PARAMETER = /^\{(\w+)\}$/;

function add(root: Branch, { method, path, handlers }: Endpoint) {
  const names: string[] = [];
  let branch = root;
  for (const segment of path.split('/')) {
    const name = PARAMETER.exec(segment)?.[1];
    if (name !== undefined) names.push(name);
    branch = branch.grow(segment, name !== undefined);
  }
  branch.methods.set(method, { names, handlers });
}

/** Throws a URIError for a value that is no percent-encoded UTF-8. */
function paramsOf(names: readonly string[], values: readonly string[]) {
  const params = Object.create(null) as Record<string, string>;
  for (const [at, name] of names.entries()) params[name] = decodeURIComponent(values[at] ?? '');
  return params;
}

/** Calls one handler after another, as a Route of Express does: what one throws, rejects with or passes to `next` ends it. */
function runHandlers(handlers: readonly RequestHandler[], request: Request, response: Response, done: NextFunction) {
  let at = 0;
  const fail = (error: unknown) => done(error ?? new Error('A handler failed without an error'));
  function next(signal?: unknown): void {
    if (signal) return signal === 'route' ? done() : done(signal);
    const handler = handlers[at];
    at += 1;
    if (!handler) return done();
    try {
      const result: unknown = handler(request, response, next);
      if (result instanceof Promise) result.catch(fail);
    } catch (thrown) {
      fail(thrown);
    }
    return undefined;
  }
  next();
}

/**
 * Serves all endpoints. A path is found in as many steps as it has segments, however many endpoints there are; Express
 * makes a pattern of each path and each handler, and tries one after another. Paths match as in API Gateway: character by
 * character, slash by slash.
 */
export function createRouteTable(endpoints: readonly Endpoint[]): RequestHandler {
  const root = new Branch();
  for (const endpoint of endpoints) add(root, endpoint);
  return (request, response, next) => {
    const values: string[] = [];
    const found = root.find(request.path.split('/'), values);
    if (!found) return next();
    const { methods } = found;
    const served = methods.get(request.method) ?? (request.method === 'HEAD' ? methods.get('GET') : undefined);
    if (served) {
      request.params = paramsOf(served.names, values);
      return runHandlers(served.handlers, request, response, next);
    }
    found.otherMethods ??= handleOtherMethods([...methods.keys()]);
    return found.otherMethods(request, response, next);
  };
}
