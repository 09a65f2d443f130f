import { takeParameter } from '../../input/members.js';
import { findUser } from '../../users/directory.js';
import { userNotFound } from '../authenticate.js';
import type { Flow } from '../flow.js';
import { checkSecretHash } from '../secret-hash.js';
import { nextChallenge } from './next-challenge.js';

/** CUSTOM_AUTH: challenges of the pool's triggers, after the password by SRP where CHALLENGE_NAME is SRP_A. */
export const customFlow: Flow = async (context, pool, client, parameters) => {
  const username = takeParameter(parameters, 'USERNAME');
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  const user = findUser(pool, username);
  if (!user && !client.hideUserExistence) throw userNotFound();
  const signIn = { context, pool, client, username, user };
  if (parameters.get('CHALLENGE_NAME') !== 'SRP_A') return nextChallenge(signIn, []);
  const answered = [{ challengeName: 'SRP_A' as const, challengeResult: true }];
  return nextChallenge(signIn, answered, takeParameter(parameters, 'SRP_A'));
};
