import { CognitoError } from '../../errors.js';
import { authenticate } from '../../sign-in/authenticate.js';
import { continueSignIn } from '../../sign-in/next-step.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { confirmPage } from './confirm.js';
import { newPasswordPage } from './forgot-password.js';
import { loginPage } from './login-page.js';
import { nextPage } from './next-page.js';
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
      return afterRefusal(request, authorization, username, error);
    }
  },
};

/** The sign-in page again, or the one where a sign-up is confirmed or a password reset. */
function afterRefusal(
  request: PageRequest,
  authorization: AuthorizationRequest,
  username: string,
  error: CognitoError,
) {
  const problem = error.message;
  if (error.type === 'UserNotConfirmedException') return confirmPage(request, authorization, { username, problem });
  if (error.type === 'PasswordResetRequiredException')
    return newPasswordPage(request, authorization, { username, problem });
  return loginPage(request, authorization, { username, problem });
}
