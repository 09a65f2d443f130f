import { forgottenPasswordOperations } from '../../accounts/forgotten-password.js';
import { html } from '../../../../platform/http/html.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { sentTo } from './confirm.js';
import { answerForm, codeIn, codeInput, formPage, hidden, input, type NamedRemarks } from './form-page.js';
import { loginPage, nameLabel } from './login-page.js';
import { asApp } from './steps.js';

/** `/forgotPassword`: sends a code to the user of a name. */
export const forgotPassword = {
  GET: (request: PageRequest) => {
    const authorization = readAuthorizationRequest(request.context, request.query);
    return namePage(request, authorization, { username: authorization.loginHint });
  },

  POST: answerForm(async (request, authorization, username) => {
    const app = asApp(authorization, username);
    const { CodeDeliveryDetails } = await forgottenPasswordOperations.ForgotPassword.call(request.context, app);
    return newPasswordPage(request, authorization, { username, notice: sentTo(CodeDeliveryDetails) });
  }, namePage),
};

/** `/confirmForgotPassword`: the code, and a new password. */
export const confirmForgotPassword = {
  POST: answerForm(async (request, authorization, username) => {
    const { context, form } = request;
    await forgottenPasswordOperations.ConfirmForgotPassword.call(context, {
      ...asApp(authorization, username),
      ConfirmationCode: codeIn(form),
      Password: form.get('password') ?? '',
    });
    return loginPage(request, authorization, { username, notice: 'Your password is changed: sign in.' });
  }, newPasswordPage),
};

function namePage(request: PageRequest, authorization: AuthorizationRequest, { username, ...remarks }: NamedRemarks) {
  return formPage(request, authorization, {
    ...remarks,
    title: 'Reset your password',
    action: '/forgotPassword',
    fields: html`${input({ name: 'username', label: nameLabel(authorization), autocomplete: 'username', value: username })}
      <button>Send a code</button>`,
    links: { '/login': 'Sign in' },
  });
}

/** The page that asks for the code and a new password. */
export function newPasswordPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  { username, ...remarks }: NamedRemarks,
) {
  return formPage(request, authorization, {
    ...remarks,
    title: 'Choose a new password',
    action: '/confirmForgotPassword',
    fields: html`${hidden('username', username)} ${codeInput}
      ${input({ name: 'password', label: 'New password', autocomplete: 'new-password', type: 'password' })}
      <button>Change password</button>`,
    links: { '/login': 'Sign in' },
  });
}
