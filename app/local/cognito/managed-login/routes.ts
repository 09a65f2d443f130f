import type { IncomingMessage } from 'node:http';
import type { Context } from '../context.js';
import { html } from '../../../platform/http/html.js';
import { readForm } from '../wire/oauth/client.js';
import { OAuthError } from '../wire/oauth/oauth-error.js';
import type { Response } from '../wire/responses.js';
import { authorize } from './authorize.js';
import { challenge } from './pages/challenge.js';
import { checkCsrf } from './csrf.js';
import { confirm } from './pages/confirm.js';
import { confirmForgotPassword, forgotPassword } from './pages/forgot-password.js';
import { page } from './pages/layout.js';
import { login } from './pages/login.js';
import { signUp } from './pages/sign-up.js';
import { addressWith, AuthorizationError, PageError } from './login-error.js';
import { logOut } from './logout.js';
import { readCookies, redirect, type Page } from './page-request.js';

/** By path, as in Cognito, where each of them has the pool's domain. */
const pages: ReadonlyMap<string, Page> = new Map<string, Page>([
  ['/oauth2/authorize', { GET: authorize }],
  ['/login', login],
  ['/challenge', challenge],
  ['/signup', signUp],
  ['/confirm', confirm],
  ['/forgotPassword', forgotPassword],
  ['/confirmForgotPassword', confirmForgotPassword],
  ['/logout', { GET: logOut }],
]);

export const isLoginPage = (path: string): boolean => pages.has(path);

/** Serves a page of managed login. Refuses other pages' scripts and forms, and forms that this browser wasn't given. */
export async function servePage(context: Context, message: IncomingMessage, body: string): Promise<Response> {
  try {
    const url = new URL(message.url ?? '/', 'http://local');
    const methods = pages.get(url.pathname) ?? {};
    const method = message.method === 'GET' || message.method === 'POST' ? message.method : undefined;
    const handle = method && methods[method];
    if (!handle) return { status: 405, headers: { allow: Object.keys(methods).join(', ') } };
    const secure = 'encrypted' in message.socket;
    checkOrigin(message, secure);
    const request = {
      context,
      path: url.pathname,
      query: readForm(url.search),
      form: readForm(method === 'POST' ? body : ''),
      cookies: readCookies(message.headers.cookie),
      secure,
    };
    if (method === 'POST') checkCsrf(request);
    return await handle(request);
  } catch (error) {
    return refuse(error);
  }
}

function checkOrigin({ headers: { origin, host } }: IncomingMessage, secure: boolean): void {
  if (origin !== undefined && origin !== `${secure ? 'https' : 'http'}://${host}`)
    throw new PageError(`The page at ${origin.slice(0, 256)} may not use this one: open it in a browser.`, 403);
}

/** Back to the client with the error where client and address are known, otherwise a page that stays here. */
function refuse(error: unknown): Response {
  if (error instanceof AuthorizationError) {
    const { code, message, returnTo } = error;
    return redirect(
      addressWith(returnTo.redirectUri, { error: code, error_description: message, state: returnTo.state }),
    );
  }
  if (!(error instanceof PageError) && !(error instanceof OAuthError)) throw error;
  const status = error instanceof PageError ? error.status : 400;
  return page({
    status,
    title: 'This request can not be served',
    problem: error.message,
    content: html`<p>Go back to the application, and start again from there.</p>`,
  });
}
