import { readFileSync } from 'node:fs';
import { Failure } from '../failure.js';

/** A route of the API that was built. */
export interface CheckedRoute {
  readonly method: string;
  /** Parameters have a value that nothing has as its id. */
  readonly path: string;
  /** Whose tokens its guard takes; none for a route that everyone may call. */
  readonly pools: readonly string[];
}

interface OpenApi {
  readonly paths: Record<string, Record<string, { security?: readonly Record<string, unknown>[] }>>;
}

/** The routes of `openapi.json`, those that only read first. Throws `not_built`. */
export function readRoutes(dist: URL): CheckedRoute[] {
  let document: OpenApi;
  try {
    document = JSON.parse(readFileSync(new URL('openapi.json', dist), 'utf8')) as OpenApi;
  } catch (cause) {
    throw new Failure('unexpected', 'not_built', {
      message: 'There is no dist/openapi.json, which says what to check.',
      hint: 'npm run build',
      cause,
    });
  }
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security = [] }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{[^}]*\}/g, 'release-check'),
      pools: [...new Set(security.flatMap((each) => Object.keys(each)))],
    })),
  );
  return routes.sort((a, b) => Number(b.method === 'GET') - Number(a.method === 'GET'));
}
