import { renderSVG } from 'uqr';
import type { ChallengeName, Pool } from '../../state/state.js';
import { Html, html } from '../../../../platform/http/html.js';
import type { Form } from '../../wire/oauth/client.js';
import { codeIn, codeInput, input } from './form-page.js';
import { listIn, offersToSetUp, type Step } from './steps.js';

interface StepForm {
  title: string;
  fields: (step: Step, pool: Pool) => Html;
  /** The ChallengeResponses that the form's fields make. */
  answers: (form: Form) => Readonly<Record<string, string>>;
}

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
        ${input({ name: 'new_password', label: 'New password', autocomplete: 'new-password', type: 'password' })}
        <button>Continue</button>`,
    answers: (form) => ({
      NEW_PASSWORD: form.get('new_password') ?? '',
      ...Object.fromEntries([...form].filter(([name]) => name.startsWith(ATTRIBUTE))),
    }),
  },
  SOFTWARE_TOKEN_MFA: {
    title: 'Enter the code of your authenticator app',
    fields: () => html`${codeInput}<button>Continue</button>`,
    answers: (form) => ({ SOFTWARE_TOKEN_MFA_CODE: codeIn(form) }),
  },
  EMAIL_OTP: {
    title: 'Enter the code from your e-mail',
    fields: ({ parameters }) =>
      html`<p>It was sent to ${parameters['CODE_DELIVERY_DESTINATION'] ?? 'your address'}.</p>
        ${codeInput}
        <button>Continue</button>`,
    answers: (form) => ({ EMAIL_OTP_CODE: codeIn(form) }),
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
  return input({ name: `${ATTRIBUTE}${attribute}`, label: attribute, autocomplete: 'on' });
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
