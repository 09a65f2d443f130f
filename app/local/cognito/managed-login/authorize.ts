import type { Response } from '../wire/responses.js';
import { readAuthorizationRequest, type AuthorizationRequest } from './authorization-request.js';
import { browserUser, nowSeconds, openBrowserSession } from './browser-session.js';
import { issueCode } from './codes.js';
import { addressWith, AuthorizationError } from './login-error.js';
import { redirect, withQuery, type PageRequest } from './page-request.js';
import type { User } from '../state/state.js';

/**
 * `/oauth2/authorize`: a code for who is signed in in this browser, or the sign-in page, with the same parameters.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export function authorize(request: PageRequest): Response {
  const { context, query } = request;
  const authorization = readAuthorizationRequest(context, query);
  const { pool, prompts } = authorization;
  const signedIn = browserUser(request, pool);
  const isAsked = prompts.includes('login') || prompts.includes('select_account');
  if (signedIn && !isAsked) {
    const code = issueCode(context, authorization, signedIn.user, signedIn.authTimeSeconds);
    return redirect(codeAddress(authorization, code));
  }
  if (prompts.includes('none'))
    throw new AuthorizationError('login_required', 'Nobody is signed in in this browser.', authorization);
  return redirect(withQuery('/login', query));
}

/** The end of a sign-in: a new browser session, whatever the browser had before, and back to the client with a code. */
export function completeLogin(request: PageRequest, authorization: AuthorizationRequest, user: User): Response {
  const now = nowSeconds(request.context);
  const cookie = openBrowserSession(request, authorization.pool, user, now);
  return redirect(codeAddress(authorization, issueCode(request.context, authorization, user, now)), [cookie]);
}

const codeAddress = ({ redirectUri, state }: AuthorizationRequest, code: string) =>
  addressWith(redirectUri, { code, state });
