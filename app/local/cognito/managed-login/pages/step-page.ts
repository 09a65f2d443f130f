import { notSupportedHere } from '../../errors.js';
import { softwareTokenOperations } from '../../mfa/software-token.js';
import { html } from '../../../../platform/http/html.js';
import type { Response } from '../../wire/responses.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { PageRequest } from '../page-request.js';
import { formPage, hidden } from './form-page.js';
import { stepForms } from './step-forms.js';
import { offersToSetUp, type Step } from './steps.js';

/** The page that asks for the answer to a challenge. */
export async function stepPage(
  request: PageRequest,
  authorization: AuthorizationRequest,
  given: Step,
  problem?: string,
): Promise<Response> {
  const form = stepForms[given.challenge];
  if (!form) throw notSupportedHere(`A page for the challenge ${given.challenge}`);
  const step = await withSecret(request, given);
  return formPage(request, authorization, {
    problem,
    title: form.title,
    action: '/challenge',
    fields: html`${hidden('challenge', step.challenge)} ${hidden('session', step.session)}
    ${hidden('username', step.username)} ${hidden('parameters', JSON.stringify(step.parameters))}
    ${form.fields(step, authorization.pool)}`,
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
