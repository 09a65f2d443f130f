import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';
import { notFound } from '../http/errors.js';
import { StartError } from '../config/start-error.js';

/** The built page and the OpenAPI document, in memory. */
export interface Docs {
  document: string;
  page: string;
  assets: Readonly<Record<string, { type: string; text: string }>>;
}

/** Scripts and styles are our own files, and calls go to this API; nothing comes from or goes to anywhere else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Reads what the build put into `dir`. `signInPools` are those in which the page offers to sign in, through
 * `POST /docs/sign-in`; none by default. Throws StartError where there is no page.
 */
export function readDocs(dir: URL, title: string, signInPools: readonly string[] = []): Docs {
  const read = (name: string) => {
    try {
      return readFileSync(new URL(name, dir), 'utf8');
    } catch (cause) {
      throw new StartError('DOCS is on, but the docs are not in this build: build with DOCS=on, or set DOCS=off.', {
        cause,
      });
    }
  };
  return {
    document: read('openapi.json'),
    page: read('page.html')
      .replaceAll('PAGE_TITLE', title)
      .replace('data-sign-in-pools=""', `data-sign-in-pools="${signInPools.join(',')}"`),
    assets: {
      'page.js': { type: 'text/javascript', text: read('page.js') },
      'page.css': { type: 'text/css', text: read('page.css') },
    },
  };
}

export const sendDocument =
  ({ document }: Docs): RequestHandler =>
  (_request, response) => {
    response.type('application/json').send(document);
  };

export const sendPage =
  ({ page }: Docs): RequestHandler =>
  (_request, response) => {
    response.set('Content-Security-Policy', CONTENT_SECURITY_POLICY).type('text/html').send(page);
  };

export const sendAsset =
  ({ assets }: Docs): RequestHandler =>
  ({ params: { name = '' } }, response) => {
    const asset = typeof name === 'string' && Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (asset === undefined) throw notFound;
    response.type(asset.type).send(asset.text);
  };
