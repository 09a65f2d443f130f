import { signUpOperations } from '../../accounts/sign-up.js';
import { html } from '../../../../platform/http/html.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { answerForm, codeIn, codeInput, formPage, hidden, type NamedRemarks } from './form-page.js';
import { loginPage } from './login-page.js';
import { signedUpUser, signInSignedUp } from './signed-up.js';
import { asApp } from './steps.js';

/** `/confirm`: the code of a sign-up, or another one. Who confirms where the sign-up began is signed in. */
export const confirm = {
  POST: answerForm(async (request, authorization, username) => {
    const { context, form } = request;
    const app = asApp(authorization, username);
    if (form.has('resend')) {
      const { CodeDeliveryDetails } = await signUpOperations.ResendConfirmationCode.call(context, app);
      return confirmPage(request, authorization, { username, notice: sentTo(CodeDeliveryDetails) });
    }
    await signUpOperations.ConfirmSignUp.call(context, { ...app, ConfirmationCode: codeIn(form) });
    const user = signedUpUser(request, authorization, username);
    if (user) return signInSignedUp(request, authorization, username, user);
    return loginPage(request, authorization, { username, notice: 'Your account is confirmed: sign in.' });
  }, confirmPage),
};

/** The page that asks for the code of a sign-up, and keeps the session of one that it follows. */
export function confirmPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  {
    username,
    session = request.form.get('session') ?? '',
    ...remarks
  }: NamedRemarks & { session?: string | undefined },
) {
  return formPage(request, authorization, {
    ...remarks,
    title: 'Confirm your account',
    action: '/confirm',
    fields: html`${hidden('username', username)} ${hidden('session', session)} ${codeInput}
      <button>Confirm</button>
      <button name="resend" value="yes" formnovalidate>Send another code</button>`,
    links: { '/login': 'Sign in' },
  });
}

export const sentTo = ({ Destination }: { Destination: string }) => `A code was sent to ${Destination}.`;
