import { signUpOperations } from '../../accounts/sign-up.js';
import { allowsSignUp, verifiedByCode } from '../../accounts/settings.js';
import { missingAttributes } from '../../attributes/permissions.js';
import type { Pool } from '../../state/state.js';
import { findUser } from '../../users/directory.js';
import { html } from '../../../../platform/http/html.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorization-request.js';
import { PageError } from '../login-error.js';
import type { PageRequest } from '../page-request.js';
import { confirmPage, sentTo } from './confirm.js';
import { answerForm, formPage, input, type Remarks } from './form-page.js';
import { loginPage, nameLabel, offersEmailCode } from './login-page.js';
import { signInSignedUp, signUpSession } from './signed-up.js';
import { asApp } from './steps.js';

const ATTRIBUTE = 'attribute.';

/** `/signup`: name, password, and the attributes that the pool requires or sends its code to. */
export const signUp = {
  GET: (request: PageRequest) => signUpPage(request, readAuthorizationRequest(request.context, request.query), {}),

  POST: answerForm(
    async (request, authorization, username) => {
      const { context, form } = request;
      const attributes = [...form].filter(([name]) => name.startsWith(ATTRIBUTE));
      const { CodeDeliveryDetails, UserConfirmed } = await signUpOperations.SignUp.call(context, {
        ...asApp(authorization, username),
        Password: form.get('password') || (offersEmailCode(authorization) ? undefined : ''),
        UserAttributes: attributes.map(([name, Value]) => ({ Name: name.slice(ATTRIBUTE.length), Value })),
      });
      const user = UserConfirmed ? findUser(authorization.pool, username) : undefined;
      if (user) return signInSignedUp(request, authorization, username, user);
      if (CodeDeliveryDetails) {
        const session = signUpSession(request, authorization, username);
        return confirmPage(request, authorization, { username, session, notice: sentTo(CodeDeliveryDetails) });
      }
      return loginPage(request, authorization, {
        username,
        notice: 'Your account exists, and an administrator has to confirm it before you can sign in.',
      });
    },
    (request, authorization, { problem }) => signUpPage(request, authorization, { problem }),
  ),
};

/** Throws PageError in a pool whose accounts administrators create. */
function signUpPage(request: PageRequest, authorization: AuthorizationRequest, remarks: Remarks) {
  const { pool } = authorization;
  if (!allowsSignUp(pool))
    throw new PageError('Nobody can sign up for this user pool: administrators create accounts.');
  const given = (name: string) => request.form.get(name) ?? '';
  const attributes = attributesOf(pool).map((name) =>
    input({
      name: `${ATTRIBUTE}${name}`,
      label: labelOf(name),
      autocomplete: 'on',
      value: given(`${ATTRIBUTE}${name}`),
    }),
  );
  return formPage(request, authorization, {
    ...remarks,
    title: 'Create an account',
    action: '/signup',
    fields: html`${input({ name: 'username', label: nameLabel(authorization), autocomplete: 'username', value: given('username') })}
      ${attributes} ${passwordInput(authorization)} <button>Create account</button>`,
    links: { '/login': 'Sign in' },
  });
}

const passwordInput = (authorization: AuthorizationRequest) => {
  const isOptional = offersEmailCode(authorization);
  const label = isOptional ? 'Password (or none, to sign in with codes by e-mail)' : 'Password';
  return input({ name: 'password', label, autocomplete: 'new-password', type: 'password', isOptional });
};

/** Without those that the user name is. */
const attributesOf = (pool: Pool) =>
  [...new Set([...missingAttributes(pool, new Map()), ...verifiedByCode(pool)])].filter(
    (name) => !pool.usernameAttributes.some((attribute) => attribute === name),
  );

const labelOf = (attribute: string) => attribute.replace('custom:', '').replaceAll('_', ' ');
