import { findClient } from '../context.js';
import type { Response } from '../wire/responses.js';
import { readAuthorizationRequest } from './authorization-request.js';
import { closeBrowserSession } from './browser-session.js';
import { loginSettings } from './client-settings.js';
import { PageError } from './login-error.js';
import { redirect, withQuery, type PageRequest } from './page-request.js';

/**
 * `/logout`: ends the browser's session; tokens stay valid. Then back to `logout_uri`, letter for letter one of the
 * client's LogoutURLs, or with `redirect_uri` and the parameters of `/login` to the sign-in page. Throws PageError.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export function logOut(request: PageRequest): Response {
  const { context, query } = request;
  const found = findClient(context, query.get('client_id') ?? '');
  if (!found) throw new PageError('client_id is missing, or no client has it.');
  const logoutUri = query.get('logout_uri') || undefined;
  if (logoutUri !== undefined) {
    if (!loginSettings(found.client).logoutUrls.includes(logoutUri))
      throw new PageError(
        `The client has no sign-out address ${logoutUri.slice(0, 256)}. It must be one of its LogoutURLs letter for letter.`,
      );
    return redirect(logoutUri, [closeBrowserSession(request, found.pool)]);
  }
  if (!query.has('redirect_uri')) throw new PageError('logout_uri is missing, or redirect_uri to sign in again.');
  readAuthorizationRequest(context, query);
  return redirect(withQuery('/login', query), [closeBrowserSession(request, found.pool)]);
}
