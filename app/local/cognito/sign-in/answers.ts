import type { Context } from '../context.js';
import { invalidParameter, notAuthorized, notSupportedHere } from '../errors.js';
import { answerEmailCode, answerMfaChoice, answerMfaSetUp, answerSoftwareToken } from '../mfa/answers.js';
import { takeParameter, type Parameters } from '../input/members.js';
import type { ChallengeName, Client, Pool } from '../state/state.js';
import { findUser } from '../users/directory.js';
import { challengeOf } from './challenges.js';
import { answerCustomChallenge } from './custom-auth/answer.js';
import { answerFirstFactor, isFirstFactorChallenge } from './first-factor.js';
import type { Answer } from './flow.js';
import { answerNewPassword } from './new-password.js';
import { checkSecretHash } from './secret-hash.js';
import { answerPasswordVerifier } from './srp/flow.js';

/** PASSWORD_VERIFIER isn't here: a secret block stands for its session. */
const answers: Readonly<Partial<Record<ChallengeName, Answer>>> = {
  NEW_PASSWORD_REQUIRED: answerNewPassword,
  SOFTWARE_TOKEN_MFA: answerSoftwareToken,
  EMAIL_OTP: answerEmailCode,
  SELECT_MFA_TYPE: answerMfaChoice,
  MFA_SETUP: answerMfaSetUp,
};

interface ChallengeAnswer {
  ChallengeName: string;
  ChallengeResponses?: Parameters;
  Session?: string;
}

/** Throws NotAuthorizedException unless the session is the user's, and InvalidParameterException. */
export async function answerChallenge(
  context: Context,
  pool: Pool,
  client: Client,
  answer: ChallengeAnswer,
): Promise<object> {
  const responses: Parameters = answer.ChallengeResponses ?? new Map<string, string>();
  const { ChallengeName: name } = answer;
  if (name === 'PASSWORD_VERIFIER') return answerPasswordVerifier(context, pool, client, responses);
  if (name === 'CUSTOM_CHALLENGE') return answerCustomChallenge(context, pool, client, responses, sessionIn(answer));
  if (isFirstFactorChallenge(name)) return answerFirstFactor(context, pool, client, name, responses, sessionIn(answer));
  const known = Object.entries(answers).find(([challenge]) => challenge === name);
  if (!known) throw notSupportedHere(`Challenge ${name}`);

  const username = takeParameter(responses, 'USERNAME');
  const session = sessionIn(answer);
  checkSecretHash(client, username, responses.get('SECRET_HASH'));
  const user = findUser(pool, username);
  if (!user) throw notAuthorized('Invalid session for the user.');
  const challenge = challengeOf(context, pool, client, user, known[0] as ChallengeName, session);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return known[1]({ context, pool, client, user, challenge, responses, session });
}

function sessionIn({ Session }: ChallengeAnswer): string {
  if (Session === undefined) throw invalidParameter('Missing required parameter Session');
  return Session;
}
