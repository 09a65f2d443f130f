import { renderSVG } from 'uqr';
import type { ChallengeName, Pool } from '../state/state.js';
import { Html, html } from '../wire/html.js';
import type { Form } from '../wire/oauth/client.js';
import { listIn, offersToSetUp, type Step } from './steps.js';

interface StepForm {
  title: string;
  fields: (step: Step, pool: Pool) => Html;
  /** The ChallengeResponses that the form's fields make. */
  answers: (form: Form) => Readonly<Record<string, string>>;
}

const codeField = html`<label for="code">Code</label>
  <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required />
  <button>Continue</button>`;

const code = (form: Form) => (form.get('code') ?? '').replaceAll(/\s/gu, '');

const FACTORS: Readonly<Record<string, string>> = {
  SOFTWARE_TOKEN_MFA: 'Authenticator app',
  EMAIL_OTP: 'Code by e-mail',
};

const ATTRIBUTE = 'userAttributes.';

/** The challenges that the pages can ask for. */
export const stepForms: Readonly<Partial<Record<ChallengeName, StepForm>>> = {
  NEW_PASSWORD_REQUIRED: {
    title: 'Choose a new password',
    fields: (step) =>
      html`<p>Your password is a temporary one.</p>
        ${listIn(step, 'requiredAttributes').map(attributeField)}
        <label for="new-password">New password</label>
        <input id="new-password" name="new_password" type="password" autocomplete="new-password" required />
        <button>Continue</button>`,
    answers: (form) => ({
      NEW_PASSWORD: form.get('new_password') ?? '',
      ...Object.fromEntries([...form].filter(([name]) => name.startsWith(ATTRIBUTE))),
    }),
  },
  SOFTWARE_TOKEN_MFA: {
    title: 'Enter the code of your authenticator app',
    fields: () => codeField,
    answers: (form) => ({ SOFTWARE_TOKEN_MFA_CODE: code(form) }),
  },
  EMAIL_OTP: {
    title: 'Enter the code from your e-mail',
    fields: ({ parameters }) =>
      html`<p>It was sent to ${parameters['CODE_DELIVERY_DESTINATION'] ?? 'your address'}.</p>
        ${codeField}`,
    answers: (form) => ({ EMAIL_OTP_CODE: code(form) }),
  },
  SELECT_MFA_TYPE: {
    title: 'Choose a second factor',
    fields: (step) => html`${listIn(step, 'MFAS_CAN_CHOOSE').map(choice)}`,
    answers: (form) => ({ ANSWER: form.get('answer') ?? '' }),
  },
  MFA_SETUP: {
    title: 'Set up a second factor',
    fields: (step, pool) =>
      html`${offersToSetUp(step, 'SOFTWARE_TOKEN_MFA') ? appSetUp(step, pool) : undefined}
      ${offersToSetUp(step, 'EMAIL_OTP') ? emailSetUp : undefined}`,
    answers: (form): Record<string, string> => (form.get('email') ? { EMAIL: form.get('email') ?? '' } : {}),
  },
};

const attributeField = (name: string) => {
  const attribute = name.replace(ATTRIBUTE, '');
  return html`<label for="${attribute}">${attribute}</label>
    <input id="${attribute}" name="${ATTRIBUTE}${attribute}" required />`;
};

const choice = (factor: string) => html`<button name="answer" value="${factor}">${FACTORS[factor] ?? factor}</button>`;

const emailSetUp = html`<label for="email">E-mail address for codes</label>
  <input id="email" name="email" type="email" autocomplete="email" />
  <button formnovalidate>Send a code</button>`;

/** https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
function appSetUp({ parameters, username }: Step, pool: Pool): Html {
  const { secret = '' } = parameters;
  const issuer = encodeURIComponent(pool.name);
  const address = `otpauth://totp/${issuer}:${encodeURIComponent(username)}?secret=${secret}&issuer=${issuer}`;
  return html`<p id="scan">Scan this with an authenticator app, or type the secret into it:</p>
    <p><code>${secret}</code></p>
    <div role="img" aria-labelledby="scan">${new Html(renderSVG(address, { border: 4 }))}</div>
    <label for="code">Code</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" />
    <button>Continue</button>`;
}
