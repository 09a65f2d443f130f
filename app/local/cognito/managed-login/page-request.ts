import type { Context } from '../context.js';
import type { Response } from '../wire/responses.js';
import type { Form } from '../wire/oauth/client.js';

/** A request for one of managed login's pages. */
export interface PageRequest {
  context: Context;
  path: string;
  query: Form;
  /** The fields of a form that was sent; empty for GET. */
  form: Form;
  cookies: ReadonlyMap<string, string>;
  /** Over TLS. */
  secure: boolean;
}

/** How the emulator serves a page, by method. */
export interface Page {
  GET?: (request: PageRequest) => Response | Promise<Response>;
  POST?: (request: PageRequest) => Response | Promise<Response>;
}

/** The path with the parameters of the request, which every page passes on to the next one. */
export const withQuery = (path: string, query: Form) => `${path}?${new URLSearchParams([...query]).toString()}`;

/** RFC 6265 section 5.4; of a name that is sent twice, the first. */
export function readCookies(header = ''): Map<string, string> {
  const pairs = header.split(';').map((pair) => pair.trim().split('=', 2));
  return new Map(pairs.toReversed().map(([name = '', value = '']) => [name, value]));
}

/** Never readable by script; without `maxAgeSeconds` until the browser is closed. */
export function cookie({ secure }: PageRequest, name: string, value: string, maxAgeSeconds?: number): string {
  const expiry = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/${expiry}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** Letters that a header can't hold are percent-encoded (RFC 3987 section 3.1). */
export function redirect(address: string, cookies: string[] = []): Response {
  const location = address.replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent);
  return { status: 303, headers: { location, 'referrer-policy': 'no-referrer', 'set-cookie': cookies } };
}
