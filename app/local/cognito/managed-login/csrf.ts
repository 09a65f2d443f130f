import { randomBytes } from 'node:crypto';
import { html, type Html } from '../../../platform/http/html.js';
import { hashOf } from '../sign-in/sessions.js';
import { PageError } from './login-error.js';
import { cookie, type PageRequest } from './page-request.js';

const COOKIE = 'XSRF-TOKEN';
const FIELD = '_csrf';
const TOKEN = /^[\w-]{43}$/u;

/** The hidden field of a form, and the cookie that must come back with it: the browser's own, or a new one. */
export function csrfToken(request: PageRequest): { field: Html; cookie: string } {
  const own = request.cookies.get(COOKIE) ?? '';
  const token = TOKEN.test(own) ? own : randomBytes(32).toString('base64url');
  return {
    field: html`<input type="hidden" name="${FIELD}" value="${token}" />`,
    cookie: cookie(request, COOKIE, token),
  };
}

/** Throws PageError unless the form is one that this browser was given. */
export function checkCsrf({ cookies, form }: PageRequest): void {
  const token = cookies.get(COOKIE) ?? '';
  if (TOKEN.test(token) && hashOf(token) === hashOf(form.get(FIELD) ?? '')) return;
  throw new PageError('This form did not come from this browser, or its cookie is gone: load the page again.', 403);
}
