import type { CognitoError } from '../../errors.js';
import { authenticate } from '../../sign-in/authenticate.js';
import { continueSignIn } from '../../sign-in/next-step.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { confirmPage } from './confirm.js';
import { newPasswordPage } from './forgot-password.js';
import { answerForm, type NamedRemarks } from './form-page.js';
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

  POST: answerForm(async (request, authorization, username) => {
    const { context, form } = request;
    const { pool, client } = authorization;
    const password = form.get('password') ?? '';
    if (username === '' || password === '')
      return loginPage(request, authorization, { username, problem: 'Enter your user name and your password.' });
    const progress = await proceed(context, username, async (completing) =>
      continueSignIn(completing, pool, client, await authenticate(context, pool, client, username, password)),
    );
    return nextPage(request, authorization, progress);
  }, afterRefusal),
};

/** The sign-in page again, or the one where a sign-up is confirmed or a password reset. */
function afterRefusal(
  request: PageRequest,
  authorization: AuthorizationRequest,
  remarks: NamedRemarks,
  { type }: CognitoError,
) {
  if (type === 'UserNotConfirmedException') return confirmPage(request, authorization, remarks);
  if (type === 'PasswordResetRequiredException') return newPasswordPage(request, authorization, remarks);
  return loginPage(request, authorization, remarks);
}
