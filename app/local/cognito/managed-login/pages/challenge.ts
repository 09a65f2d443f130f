import { softwareTokenOperations } from '../../mfa/software-token.js';
import { hashOf } from '../../sign-in/sessions.js';
import type { ChallengeName } from '../../state/state.js';
import type { Form } from '../../wire/oauth/client.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import { answerForm, codeIn } from './form-page.js';
import { loginPage } from './login-page.js';
import { PageError } from '../login-error.js';
import { nextPage } from './next-page.js';
import type { PageRequest } from '../page-request.js';
import { stepForms } from './step-forms.js';
import { stepPage } from './step-page.js';
import { answerStep, readParameters, type Step } from './steps.js';

/** `/challenge`: the answer to what a sign-in asks for after the password. */
export const challenge = {
  POST: answerForm(
    async (request, authorization) =>
      nextPage(request, authorization, await answer(request, authorization, readStep(request.form))),
    (request, authorization, remarks) => {
      const step = readStep(request.form);
      const { expiresAt = 0 } = authorization.pool.challenges.get(hashOf(step.session)) ?? {};
      // A wrong answer leaves the session valid; once it is over, the sign-in begins anew with the password.
      if (request.context.now() < expiresAt) return stepPage(request, authorization, step, remarks.problem);
      return loginPage(request, authorization, remarks);
    },
  ),
};

async function answer({ context, form }: PageRequest, authorization: AuthorizationRequest, step: Step) {
  const answers = stepForms[step.challenge]?.answers(form) ?? {};
  if (step.challenge !== 'MFA_SETUP' || answers['EMAIL'] !== undefined)
    return answerStep(context, authorization, step, answers);
  const { Session = step.session } = await softwareTokenOperations.VerifySoftwareToken.call(context, {
    Session: step.session,
    UserCode: codeIn(form),
  });
  return answerStep(context, authorization, { ...step, session: Session }, answers);
}

function readStep(form: Form): Step {
  const challenge = Object.keys(stepForms).find((name): name is ChallengeName => name === form.get('challenge'));
  if (challenge === undefined) throw new PageError('The form does not say which challenge it answers.');
  const parameters = readParameters(form.get('parameters') ?? '');
  return { challenge, parameters, session: form.get('session') ?? '', username: form.get('username') ?? '' };
}
