import { CognitoError } from '../errors.js';
import { authenticate } from '../sign-in/authenticate.js';
import { continueSignIn } from '../sign-in/next-step.js';
import { html } from '../wire/html.js';
import type { Response } from '../wire/responses.js';
import { readAuthorizationRequest, type AuthorizationRequest } from './authorization-request.js';
import { csrfToken } from './csrf.js';
import { page } from './layout.js';
import { nextPage } from './next-page.js';
import { withQuery, type PageRequest } from './page-request.js';
import { proceed } from './steps.js';

/**
 * `/login`: user name and password, then whatever the sign-in asks for next.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html
 */
export const login = {
  GET: (request: PageRequest) => {
    const authorization = readAuthorizationRequest(request.context, request.query);
    return loginPage(request, authorization, { username: authorization.loginHint });
  },

  POST: async (request: PageRequest) => {
    const { context, form, query } = request;
    const authorization = readAuthorizationRequest(context, query);
    const { pool, client } = authorization;
    const username = form.get('username') ?? '';
    const password = form.get('password') ?? '';
    if (username === '' || password === '')
      return loginPage(request, authorization, { username, problem: 'Enter your user name and your password.' });
    try {
      const progress = await proceed(context, username, async (completing) =>
        continueSignIn(completing, pool, client, await authenticate(context, pool, client, username, password)),
      );
      return await nextPage(request, authorization, progress);
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      return loginPage(request, authorization, { username, problem: error.message });
    }
  },
};

/** The sign-in page; with a problem its status is 400. */
export function loginPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  { username, problem }: { username: string; problem?: string },
): Response {
  const { field, cookie } = csrfToken(request);
  const content = html`<form method="post" action="${withQuery('/login', request.query)}">
    ${field}
    <label for="username">User name</label>
    <input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" required />
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required />
    <button>Sign in</button>
  </form>`;
  return page({
    status: problem === undefined ? 200 : 400,
    title: 'Sign in',
    problem,
    content,
    returnTo: authorization,
    cookies: [cookie],
  });
}
