import type { Cognito } from '../aws/clients.js';
import { commandLine } from '../command-line.js';
import type { CommandContext } from '../context.js';
import { Failure } from '../failure.js';
import { enrolApp } from '../mfa/authenticator-app.js';
import { submitCode } from '../mfa/code.js';
import { factorOf, FACTORS, factorsIn, type Factor } from '../mfa/factors.js';
import { loginLine, targetFlags, type Target } from '../state/profiles.js';
import { challengeUnknown, type AnswerChallenge, type Challenge } from './sign-in.js';

/** Answers that were given with the command, so that they aren't prompted for. */
export interface GivenAnswers {
  newPassword?: string | undefined;
  code?: string | undefined;
  factor?: Factor | undefined;
}

interface SignInContext {
  context: CommandContext;
  cognito: Cognito;
  target: Target;
  user: string;
  given: GivenAnswers;
}

/** Answers the challenges of a person's sign-in, from what was given or by prompting. */
export function createChallengeAnswers(signIn: SignInContext): AnswerChallenge {
  return async (challenge) => {
    const { name } = challenge;
    if (name === 'NEW_PASSWORD_REQUIRED') return setNewPassword(signIn, challenge);
    if (name === 'SELECT_MFA_TYPE') return selectFactor(signIn, challenge);
    if (name === 'MFA_SETUP') return setUpFactor(signIn, challenge);
    const factor = factorOf(name);
    if (factor) return enterCode(signIn, challenge, factor);
    throw challengeUnknown(name);
  };
}

async function setNewPassword({ context, target, user, given }: SignInContext, { respond }: Challenge) {
  const { prompt, terminal } = context;
  if (given.newPassword !== undefined) return respond({ NEW_PASSWORD: given.newPassword });
  terminal.say('The password is temporary: choose a new one.');
  const newPassword = await prompt.newSecret({
    message: 'New password',
    instead: pipedLine(user, target, ['"$OLD"', '"$NEW"'], ['--password-stdin', '--new-password-stdin']),
  });
  return respond({ NEW_PASSWORD: newPassword });
}

/** Chooses the factor that --factor names, or the only one, or asks. Throws `factor_unavailable`. */
async function selectFactor({ context, target, user, given }: SignInContext, { parameters, respond }: Challenge) {
  const offered = factorsIn(parameters['MFAS_CAN_CHOOSE']);
  const [only, ...others] = offered;
  if (only === undefined) throw challengeUnknown('SELECT_MFA_TYPE');
  const names = offered.join(', ');
  const instead = commandLine('login', user, '--factor', only, ...targetFlags(target));
  const chosen =
    given.factor ??
    (others.length === 0 ? only : await context.prompt.text({ message: `Second factor (${names})`, instead }));
  const factor = offered.find((each) => each === chosen);
  if (factor) return respond({ ANSWER: FACTORS[factor].cognitoName });
  throw new Failure('usage', 'factor_unavailable', {
    message: `${user} has no second factor ${JSON.stringify(chosen)}, but ${names}.`,
    hint: instead,
  });
}

/**
 * Sets up the second factor that the pool requires: an authenticator app, or where the pool takes none an e-mail address,
 * to which Cognito then sends a code. Throws `mfa_set_up_needed` without a terminal, and `factor_unavailable`.
 */
async function setUpFactor({ context, cognito, target, user }: SignInContext, challenge: Challenge) {
  const { terminal, prompt } = context;
  const offered = factorsIn(challenge.parameters['MFAS_CAN_SETUP']);
  const instead = loginLine(user, target);
  if (!terminal.mayPrompt) {
    throw new Failure('inputNeeded', 'mfa_set_up_needed', {
      message: `Pool ${target.poolName} requires a second factor, and ${user} has none yet.`,
      hint: `Sign in once at a terminal, which sets one up: ${instead}`,
    });
  }
  terminal.show(`Pool ${target.poolName} requires a second factor.`);
  if (offered.includes('totp')) {
    const permission = { Session: challenge.session };
    const session = await enrolApp(context, cognito, { account: { target, user }, permission, instead });
    return challenge.respond({}, session);
  }
  if (offered.includes('email')) {
    return challenge.respond({ EMAIL: await prompt.text({ message: 'E-mail address for codes', instead }) });
  }
  throw new Failure('refused', 'factor_unavailable', {
    message: `The only second factors of pool ${target.poolName} are codes by SMS, and ${user} has no phone number.`,
    hint: 'Have an administrator set the phone number of the user.',
  });
}

async function enterCode(
  { context, target, user, given }: SignInContext,
  { name, parameters, respond }: Challenge,
  factor: Factor,
) {
  const destination = parameters['CODE_DELIVERY_DESTINATION'];
  const message =
    factor === 'totp'
      ? 'Code of the authenticator app'
      : `${FACTORS[factor].label.replace('code', 'Code')}${destination ? ` to ${destination}` : ''}`;
  const instead = pipedLine(user, target, ['"$PASSWORD"', '"$CODE"'], ['--password-stdin', '--code-stdin']);
  return submitCode(context, { given: given.code, message, instead }, (code) => respond({ [`${name}_CODE`]: code }));
}

function pipedLine(user: string, target: Target, lines: readonly string[], flags: readonly string[]) {
  return `printf '%s\\n' ${lines.join(' ')} | ${commandLine('login', user, ...flags, ...targetFlags(target))}`;
}
