import type { Context } from '../../context.js';
import { notAuthorized } from '../../errors.js';
import { takeParameter, type Parameters } from '../../input/members.js';
import type { Client, Pool } from '../../state/state.js';
import { verifyAnswer } from '../../triggers/challenge-triggers.js';
import { findUser } from '../../users/directory.js';
import { challengeOf, closeChallenge } from '../challenges.js';
import { checkSecretHash } from '../secret-hash.js';
import { nextChallenge } from './next-challenge.js';

/** CUSTOM_CHALLENGE: a session is good for one answer, right or wrong; what a wrong one leads to is the triggers' word. */
export async function answerCustomChallenge(
  context: Context,
  pool: Pool,
  client: Client,
  responses: Parameters,
  session: string,
): Promise<object> {
  const username = takeParameter(responses, 'USERNAME');
  const answer = takeParameter(responses, 'ANSWER');
  checkSecretHash(client, username, responses.get('SECRET_HASH'));
  const user = findUser(pool, username);
  const { custom } = challengeOf(context, pool, client, user, 'CUSTOM_CHALLENGE', session);
  if (!custom || (!user && custom.typed !== username)) throw notAuthorized('Invalid session for the user.');
  closeChallenge(pool, session);
  const { typed, answered, privateParameters = {}, metadata } = custom;
  const signIn = { context, pool, client, username: typed, user };
  const result = {
    challengeName: 'CUSTOM_CHALLENGE' as const,
    challengeResult: await verifyAnswer(signIn, privateParameters, answer),
    ...(metadata !== undefined && { challengeMetadata: metadata }),
  };
  return nextChallenge(signIn, [...answered, result]);
}
