import { forgottenPasswordOperations } from '../../accounts/forgotten-password.js';
import { CognitoError } from '../../errors.js';
import { html } from '../../wire/html.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { sentTo } from './confirm.js';
import { codeIn, codeInput, formPage, hidden, input, type Remarks } from './form-page.js';
import { loginPage, nameLabel } from './login-page.js';
import { asApp } from './steps.js';

type Named = Remarks & { username: string };

/** `/forgotPassword`: sends a code to the user of a name. */
export const forgotPassword = {
  GET: (request: PageRequest) => {
    const authorization = readAuthorizationRequest(request.context, request.query);
    return namePage(request, authorization, { username: authorization.loginHint });
  },

  POST: async (request: PageRequest) => {
    const { context, form, query } = request;
    const authorization = readAuthorizationRequest(context, query);
    const username = form.get('username') ?? '';
    try {
      const sent = await forgottenPasswordOperations.ForgotPassword.call(context, asApp(authorization, username));
      return newPasswordPage(request, authorization, { username, notice: sentTo(sent.CodeDeliveryDetails) });
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      return namePage(request, authorization, { username, problem: error.message });
    }
  },
};

/** `/confirmForgotPassword`: the code, and a new password. */
export const confirmForgotPassword = {
  POST: async (request: PageRequest) => {
    const { context, form, query } = request;
    const authorization = readAuthorizationRequest(context, query);
    const username = form.get('username') ?? '';
    try {
      await forgottenPasswordOperations.ConfirmForgotPassword.call(context, {
        ...asApp(authorization, username),
        ConfirmationCode: codeIn(form),
        Password: form.get('password') ?? '',
      });
      return loginPage(request, authorization, { username, notice: 'Your password is changed: sign in.' });
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      return newPasswordPage(request, authorization, { username, problem: error.message });
    }
  },
};

const namePage = (request: PageRequest, authorization: AuthorizationRequest, { username, ...remarks }: Named) =>
  formPage(request, authorization, {
    ...remarks,
    title: 'Reset your password',
    action: '/forgotPassword',
    fields: html`${input({ name: 'username', label: nameLabel(authorization), autocomplete: 'username', value: username })}
      <button>Send a code</button>`,
    links: { '/login': 'Sign in' },
  });

/** The page that asks for the code and a new password. */
export const newPasswordPage = (
  request: PageRequest,
  authorization: AuthorizationRequest,
  { username, ...remarks }: Named,
) =>
  formPage(request, authorization, {
    ...remarks,
    title: 'Choose a new password',
    action: '/confirmForgotPassword',
    fields: html`${hidden('username', username)} ${codeInput}
      ${input({ name: 'password', label: 'New password', autocomplete: 'new-password', type: 'password' })}
      <button>Change password</button>`,
    links: { '/login': 'Sign in' },
  });
