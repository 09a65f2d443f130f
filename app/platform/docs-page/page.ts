import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import type { Pool } from '../auth/pool.js';
import { StartError } from '../config/start-error.js';
import { notFound } from '../http/errors.js';
import { escape } from '../http/html.js';
import type { LoginPool } from './page/login-pool.js';

/** The built page and the OpenAPI document, in memory. */
export interface Docs {
  document: string;
  page: string;
  /** Where managed login returns to. */
  callback: string;
  /** Origins that the page calls, besides this API. */
  loginOrigins: readonly string[];
  assets: Readonly<Record<string, { type: string; text: string }>>;
}

/** Scripts and styles are our own files, and calls go to this API and to where people sign in; nothing else is reached. */
const contentSecurityPolicy = (loginOrigins: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    ['connect-src', "'self'", ...new Set(loginOrigins)].join(' '),
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * Reads what the build put into `dir`. In those of the pools that have a domain and a public client, the page offers to
 * sign in. Throws StartError where there is no page.
 */
export function readDocs(dir: URL, title: string, pools: readonly Pool[]): Docs {
  const read = (name: string) => {
    try {
      return readFileSync(new URL(name, dir), 'utf8');
    } catch (cause) {
      throw new StartError('DOCS is on, but the docs are not in this build: build with DOCS=on, or set DOCS=off.', {
        cause,
      });
    }
  };
  const loginPools = pools.flatMap(loginPool);
  return {
    document: read('openapi.json'),
    page: read('page.html')
      .replaceAll('PAGE_TITLE', title)
      .replace('data-pools="[]"', () => `data-pools="${escape(JSON.stringify(loginPools))}"`),
    callback: read('callback.html').replaceAll('PAGE_TITLE', title),
    loginOrigins: loginPools.map(({ domainUrl }) => domainUrl),
    assets: {
      'page.js': { type: 'text/javascript', text: read('page.js') },
      'page.css': { type: 'text/css', text: read('page.css') },
      'callback.js': { type: 'text/javascript', text: read('callback.js') },
    },
  };
}

function loginPool({ name, issuer, publicClientId, domainUrl, tokenUse }: Pool): LoginPool[] {
  if (publicClientId === undefined || domainUrl === undefined) return [];
  return [{ name, issuer, clientId: publicClientId, domainUrl, token: tokenUse.has('access') ? 'access' : 'id' }];
}

export const sendDocument =
  ({ document }: Docs): RequestHandler =>
  (_request, response) => {
    response.type('application/json').send(document);
  };

/** The page opens the window of the sign-in, which therefore may not be cut off from it. */
export const sendPage =
  ({ page, loginOrigins }: Docs): RequestHandler =>
  (_request, response) => {
    response
      .set('Content-Security-Policy', contentSecurityPolicy(loginOrigins))
      .set('Cross-Origin-Opener-Policy', 'same-origin-allow-popups')
      .type('text/html')
      .send(page);
  };

/** Comes after a page of another origin, in a window that the docs page has opened and must still know. */
export const sendCallback =
  ({ callback }: Docs): RequestHandler =>
  (_request, response) => {
    response
      .set('Content-Security-Policy', contentSecurityPolicy([]))
      .set('Cross-Origin-Opener-Policy', 'unsafe-none')
      .type('text/html')
      .send(callback);
  };

export const sendAsset =
  ({ assets }: Docs): RequestHandler =>
  ({ params: { name = '' } }, response) => {
    const asset = typeof name === 'string' && Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (asset === undefined) throw notFound;
    response.type(asset.type).send(asset.text);
  };
