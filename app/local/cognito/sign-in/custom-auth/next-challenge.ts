import type { Context } from '../../context.js';
import type { ChallengeResult, Client, Pool } from '../../state/state.js';
import { createChallenge, defineChallenge } from '../../triggers/challenge-triggers.js';
import { checkConfirmed, checkNotReset } from '../../users/user.js';
import { notAuthorized } from '../../errors.js';
import { incorrect, type Candidate } from '../authenticate.js';
import { openChallenge } from '../challenges.js';
import { openPasswordVerifier } from '../srp/challenge.js';
import { signedIn } from '../tokens.js';

/** One who signs in by CUSTOM_AUTH: the user may not exist, which isn't revealed where the client hides it. */
export interface CustomCandidate extends Candidate {
  context: Context;
  pool: Pool;
  client: Client;
}

/**
 * What the pool's triggers have next for who has answered those challenges: a challenge, or tokens, which nobody gets
 * for a name that doesn't exist. `A` is SRP's number of a sign-in that begins with the password. Throws
 * NotAuthorizedException, and the runner's errors.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
 */
export async function nextChallenge(signIn: CustomCandidate, answered: ChallengeResult[], A?: string): Promise<object> {
  const { context, pool, client, username, user } = signIn;
  const { challengeName, issueTokens, failAuthentication } = await defineChallenge(signIn, answered);
  if (failAuthentication === true) throw incorrect();
  if (issueTokens === true) {
    if (!user) throw incorrect();
    if (!user.enabled) throw notAuthorized('User is disabled.');
    checkNotReset(user);
    checkConfirmed(user);
    return signedIn(context, pool, client, user);
  }
  if (challengeName === 'PASSWORD_VERIFIER' && A !== undefined)
    return openPasswordVerifier(context, pool, client, username, A, { typed: username, answered });
  if (challengeName !== 'CUSTOM_CHALLENGE')
    throw context.triggers.invalidResponse(
      pool,
      'defineAuthChallenge',
      'challengeName is CUSTOM_CHALLENGE, or PASSWORD_VERIFIER after SRP_A, unless issueTokens or failAuthentication is true',
    );
  const { publicParameters, privateParameters, metadata } = await createChallenge(signIn, answered);
  const custom = { typed: username, answered, privateParameters, ...(metadata !== undefined && { metadata }) };
  return {
    ChallengeName: 'CUSTOM_CHALLENGE',
    Session: openChallenge(context, pool, client, user, 'CUSTOM_CHALLENGE', { custom }),
    ChallengeParameters: { USERNAME: user?.username ?? username, ...publicParameters },
  };
}
