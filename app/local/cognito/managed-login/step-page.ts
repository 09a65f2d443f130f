import { notSupportedHere } from '../errors.js';
import { softwareTokenOperations } from '../mfa/software-token.js';
import { html } from '../wire/html.js';
import type { Response } from '../wire/responses.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { csrfToken } from './csrf.js';
import { page } from './layout.js';
import { withQuery, type PageRequest } from './page-request.js';
import { stepForms } from './step-forms.js';
import { offersToSetUp, type Step } from './steps.js';

/** The page that asks for the answer to a challenge; with a problem its status is 400. */
export async function stepPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  given: Step,
  problem?: string,
): Promise<Response> {
  const form = stepForms[given.challenge];
  if (!form) throw notSupportedHere(`A page for the challenge ${given.challenge}`);
  const step = await withSecret(request, given);
  const { field, cookie } = csrfToken(request);
  const content = html`<form method="post" action="${withQuery('/challenge', request.query)}">
    ${field}
    <input type="hidden" name="challenge" value="${step.challenge}" />
    <input type="hidden" name="session" value="${step.session}" />
    <input type="hidden" name="username" value="${step.username}" />
    <input type="hidden" name="parameters" value="${JSON.stringify(step.parameters)}" />
    ${form.fields(step, authorization.pool)}
  </form>`;
  return page({
    status: problem === undefined ? 200 : 400,
    title: form.title,
    problem,
    content,
    returnTo: authorization,
    cookies: [cookie],
  });
}

/** A secret for the authenticator app, where one is to be set up and has not been made yet. */
async function withSecret({ context }: PageRequest, step: Step): Promise<Step> {
  const { parameters, session } = step;
  if (!offersToSetUp(step, 'SOFTWARE_TOKEN_MFA') || parameters['secret'] !== undefined) return step;
  const { SecretCode, ...renewed } = await softwareTokenOperations.AssociateSoftwareToken.call(context, {
    Session: session,
  });
  return { ...step, session: renewed.Session ?? session, parameters: { ...parameters, secret: SecretCode } };
}
