import type { CognitoError } from '../../errors.js';
import { authenticate } from '../../sign-in/authenticate.js';
import { continueSignIn } from '../../sign-in/next-step.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { confirmPage } from './confirm.js';
import { newPasswordPage } from './forgot-password.js';
import { answerForm, type NamedRemarks } from './form-page.js';
import { loginPage, offersEmailCode } from './login-page.js';
import { nextPage } from './next-page.js';
import { signUpSession } from './signed-up.js';
import { proceed, startEmailCode } from './steps.js';

/**
 * `/login`: user name and password, or a code by e-mail where pool and client permit that choice, then whatever the
 * sign-in asks for next.
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
    if (form.get('choice') === 'EMAIL_OTP' && offersEmailCode(authorization))
      return sendEmailCode(request, authorization, username);
    const password = form.get('password') ?? '';
    if (username === '' || password === '')
      return loginPage(request, authorization, { username, problem: 'Enter your user name and your password.' });
    const progress = await proceed(context, username, async (completing) =>
      continueSignIn(completing, pool, client, await authenticate(context, pool, client, username, password)),
    );
    return nextPage(request, authorization, progress);
  }, afterRefusal),
};

async function sendEmailCode(request: PageRequest, authorization: AuthorizationRequest, username: string) {
  if (username === '') return loginPage(request, authorization, { username, problem: 'Enter your user name.' });
  const progress = await startEmailCode(request.context, authorization, username);
  // The choice that is left, for who has no verified address or needs a second factor.
  if ('step' in progress && progress.step.challenge === 'SELECT_CHALLENGE')
    return loginPage(request, authorization, { username, problem: 'No code can be sent: sign in with your password.' });
  return nextPage(request, authorization, progress);
}

/** The sign-in page again, or the one where a sign-up is confirmed or a password reset. */
function afterRefusal(
  request: PageRequest,
  authorization: AuthorizationRequest,
  remarks: NamedRemarks,
  { type }: CognitoError,
) {
  if (type === 'UserNotConfirmedException') {
    // Cognito says so once the password is right; a code by e-mail was not asked for yet.
    const hasProved = request.form.get('choice') === undefined;
    const session = hasProved ? signUpSession(request, authorization, remarks.username) : undefined;
    return confirmPage(request, authorization, { ...remarks, session });
  }
  if (type === 'PasswordResetRequiredException') return newPasswordPage(request, authorization, remarks);
  return loginPage(request, authorization, remarks);
}
