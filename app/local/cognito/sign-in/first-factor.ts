import type { Context } from '../context.js';
import { invalidParameter, notAuthorized } from '../errors.js';
import { takeParameter, type Parameters } from '../input/members.js';
import { openEmailCode } from '../mfa/email-code.js';
import { factorsOf } from '../mfa/factors.js';
import type { ChallengeName, Client, Pool } from '../state/state.js';
import { findUser } from '../users/directory.js';
import { checkConfirmed, checkNotReset, verifiedAddress } from '../users/user.js';
import { authenticate, userNotFound, type Candidate } from './authenticate.js';
import { challengeOf, closeChallenge, openChallenge } from './challenges.js';
import type { Flow } from './flow.js';
import { continueSignIn } from './next-step.js';
import { checkSecretHash } from './secret-hash.js';
import { openPasswordVerifier } from './srp/challenge.js';

const CHOICES = ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const;
type Choice = 'PASSWORD' | 'PASSWORD_SRP' | 'EMAIL_OTP';

/** One who signs in by USER_AUTH: the user may not exist, which isn't revealed where the client hides it. */
interface SignIn extends Candidate {
  context: Context;
  pool: Pool;
  client: Client;
}

/**
 * USER_AUTH: the preferred first factor, or a choice where none is named or the named one is not available.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
 */
export const userAuthFlow: Flow = async (context, pool, client, parameters) => {
  const signIn = signInOf(context, pool, client, takeParameter(parameters, 'USERNAME'), parameters);
  const named = parameters.get('PREFERRED_CHALLENGE');
  if (named !== undefined && !CHOICES.some((choice) => choice === named))
    throw invalidParameter(`PREFERRED_CHALLENGE must be one of ${CHOICES.join(', ')}.`);
  const available = choicesOf(signIn);
  const preferred = available.find((choice) => choice === named);
  if (preferred) return openChoice(signIn, preferred, parameters);
  return {
    ChallengeName: 'SELECT_CHALLENGE',
    Session: openChallenge(context, pool, client, signIn.user, 'SELECT_CHALLENGE'),
    AvailableChallenges: available,
    ChallengeParameters: {},
  };
};

/** The answers to challenges of a first factor, whose user may not exist. */
type FirstFactorAnswer = (signIn: SignIn, responses: Parameters) => Promise<object>;

const answers = {
  SELECT_CHALLENGE: (signIn: SignIn, responses: Parameters) => {
    const answer = takeParameter(responses, 'ANSWER');
    const choice = choicesOf(signIn).find((available) => available === answer);
    if (!choice) throw invalidParameter(`ANSWER ${answer} is not one of the available challenges.`);
    return openChoice(signIn, choice, responses);
  },
  PASSWORD: (signIn: SignIn, responses: Parameters) => checkPassword(signIn, takeParameter(responses, 'PASSWORD')),
  PASSWORD_SRP: async ({ context, pool, client, username }: SignIn, responses: Parameters) =>
    openPasswordVerifier(context, pool, client, username, takeParameter(responses, 'SRP_A')),
} satisfies Partial<Record<ChallengeName, FirstFactorAnswer>>;

type FirstFactorChallenge = keyof typeof answers;

export const isFirstFactorChallenge = (name: string): name is FirstFactorChallenge => Object.hasOwn(answers, name);

/** Throws NotAuthorizedException unless the session is this name's; a refused answer leaves the session valid. */
export async function answerFirstFactor(
  context: Context,
  pool: Pool,
  client: Client,
  name: FirstFactorChallenge,
  responses: Parameters,
  session: string,
): Promise<object> {
  const signIn = signInOf(context, pool, client, takeParameter(responses, 'USERNAME'), responses);
  challengeOf(context, pool, client, signIn.user, name, session);
  const result = await answers[name](signIn, responses);
  closeChallenge(pool, session);
  return result;
}

function signInOf(context: Context, pool: Pool, client: Client, username: string, parameters: Parameters): SignIn {
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  const user = findUser(pool, username);
  if (!user && !client.hideUserExistence) throw userNotFound();
  return { context, pool, client, username, user };
}

/** A code by e-mail stands in for no second factor: it is for users without one, in pools that require none. */
function choicesOf({ pool, user }: SignIn): Choice[] {
  const hasAddress = user && verifiedAddress(user, 'email') !== undefined;
  const needsNoSecondFactor = user && pool.mfa?.configuration !== 'ON' && factorsOf(pool, user).length === 0;
  return [
    ...(pool.firstFactors.includes('PASSWORD') ? (['PASSWORD', 'PASSWORD_SRP'] as const) : []),
    ...(pool.firstFactors.includes('EMAIL_OTP') && hasAddress && needsNoSecondFactor ? (['EMAIL_OTP'] as const) : []),
  ];
}

/** Goes on with a first factor, at once where the parameters hold its proof. */
async function openChoice(signIn: SignIn, choice: Choice, parameters: Parameters): Promise<object> {
  const { context, pool, client, username, user } = signIn;
  if (choice === 'PASSWORD') {
    const password = parameters.get('PASSWORD');
    return password === undefined ? ask(signIn, 'PASSWORD') : checkPassword(signIn, password);
  }
  if (choice === 'PASSWORD_SRP') {
    const A = parameters.get('SRP_A');
    return A === undefined ? ask(signIn, 'PASSWORD_SRP') : openPasswordVerifier(context, pool, client, username, A);
  }
  if (!user?.enabled) throw notAuthorized('User is disabled.');
  checkNotReset(user);
  checkConfirmed(user);
  return openEmailCode(context, pool, client, user, user.attributes.get('email') ?? '');
}

const ask = ({ context, pool, client, user }: SignIn, name: 'PASSWORD' | 'PASSWORD_SRP') => ({
  ChallengeName: name,
  Session: openChallenge(context, pool, client, user, name),
  ChallengeParameters: {},
});

async function checkPassword({ context, pool, client, username }: SignIn, password: string): Promise<object> {
  return continueSignIn(context, pool, client, await authenticate(context, pool, client, username, password));
}
