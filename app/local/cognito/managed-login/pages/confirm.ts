import { signUpOperations } from '../../accounts/sign-up.js';
import { CognitoError } from '../../errors.js';
import { html } from '../../wire/html.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { codeIn, codeInput, formPage, hidden, type Remarks } from './form-page.js';
import { loginPage } from './login-page.js';
import { asApp } from './steps.js';

/** `/confirm`: the code of a sign-up, or another one. */
export const confirm = {
  POST: async (request: PageRequest) => {
    const { context, form, query } = request;
    const authorization = readAuthorizationRequest(context, query);
    const username = form.get('username') ?? '';
    const app = asApp(authorization, username);
    try {
      if (form.has('resend')) {
        const { CodeDeliveryDetails } = await signUpOperations.ResendConfirmationCode.call(context, app);
        return confirmPage(request, authorization, { username, notice: sentTo(CodeDeliveryDetails) });
      }
      await signUpOperations.ConfirmSignUp.call(context, { ...app, ConfirmationCode: codeIn(form) });
      return loginPage(request, authorization, { username, notice: 'Your account is confirmed: sign in.' });
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      return confirmPage(request, authorization, { username, problem: error.message });
    }
  },
};

/** The page that asks for the code of a sign-up. */
export const confirmPage = (
  request: PageRequest,
  authorization: AuthorizationRequest,
  { username, ...remarks }: Remarks & { username: string },
) =>
  formPage(request, authorization, {
    ...remarks,
    title: 'Confirm your account',
    action: '/confirm',
    fields: html`${hidden('username', username)} ${codeInput}
      <button>Confirm</button>
      <button name="resend" value="yes" formnovalidate>Send another code</button>`,
    links: { '/login': 'Sign in' },
  });

export const sentTo = ({ Destination }: { Destination: string }) => `A code was sent to ${Destination}.`;
