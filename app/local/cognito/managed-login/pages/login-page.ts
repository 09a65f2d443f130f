import { allowsSignUp, recoveryAddresses } from '../../accounts/settings.js';
import { html } from '../../../../platform/http/html.js';
import type { Response } from '../../wire/responses.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { formPage, input, type NamedRemarks } from './form-page.js';

/** The sign-in page. */
export function loginPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  { username, ...remarks }: NamedRemarks,
): Response {
  const { pool } = authorization;
  return formPage(request, authorization, {
    ...remarks,
    title: 'Sign in',
    action: '/login',
    fields: html`${input({ name: 'username', label: nameLabel(authorization), autocomplete: 'username', value: username })}
      ${input({ name: 'password', label: 'Password', autocomplete: 'current-password', type: 'password' })}
      <button>Sign in</button>
      ${offersEmailCode(authorization) ? emailCodeButton : undefined}`,
    links: {
      ...(recoveryAddresses(pool).length > 0 && { '/forgotPassword': 'Forgot your password?' }),
      ...(allowsSignUp(pool) && { '/signup': 'Create an account' }),
    },
  });
}

const emailCodeButton = html`<button name="choice" value="EMAIL_OTP" formnovalidate>
  Send me a code by e-mail instead
</button>`;

/** Whether people may choose a code by e-mail in place of the password. */
export const offersEmailCode = ({ pool, client }: AuthorizationRequest) =>
  client.flows.includes('ALLOW_USER_AUTH') && pool.firstFactors.includes('EMAIL_OTP');

const LABELS = { email: 'E-mail address', phone_number: 'Phone number' } as const;

/** What people sign in by. */
export const nameLabel = ({ pool }: AuthorizationRequest) =>
  pool.usernameAttributes.map((attribute) => LABELS[attribute]).join(' or ') || 'User name';
