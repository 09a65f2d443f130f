import type { Context } from '../../context.js';
import { notAuthorized } from '../../errors.js';
import { takeParameter, type Parameters } from '../../input/members.js';
import type { Client, Pool, User } from '../../state/state.js';
import { findUser, userBySub } from '../../users/directory.js';
import { attempt, incorrect } from '../authenticate.js';
import { closeChallenge } from '../challenges.js';
import { nextChallenge } from '../custom-auth/next-challenge.js';
import type { Flow } from '../flow.js';
import { continueSignIn } from '../next-step.js';
import { checkSecretHash } from '../secret-hash.js';
import { hashOf } from '../sessions.js';
import { openPasswordVerifier, proverOf } from './challenge.js';
import { decoyOf } from './decoy.js';
import { isProof } from './proof.js';
import { isFresh } from './timestamp.js';

/** USER_SRP_AUTH: the password never leaves the client. The challenge's secret block stands for a session. */
export const srpFlow: Flow = async (context, pool, client, parameters) => {
  const username = takeParameter(parameters, 'USERNAME');
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  return openPasswordVerifier(context, pool, client, username, takeParameter(parameters, 'SRP_A'));
};

/** PASSWORD_VERIFIER: a secret block is good for one proof, right or wrong. */
export async function answerPasswordVerifier(context: Context, pool: Pool, client: Client, responses: Parameters) {
  const username = takeParameter(responses, 'USERNAME');
  const secretBlock = takeParameter(responses, 'PASSWORD_CLAIM_SECRET_BLOCK');
  const signature = takeParameter(responses, 'PASSWORD_CLAIM_SIGNATURE');
  const timestamp = takeParameter(responses, 'TIMESTAMP');
  checkSecretHash(client, username, responses.get('SECRET_HASH'));
  const now = context.now();
  const fresh = isFresh(timestamp, now);

  const challenge = pool.challenges.get(hashOf(secretBlock));
  const { exchange } = challenge ?? {};
  if (!exchange || challenge?.clientId !== client.id) throw incorrect();
  closeChallenge(pool, secretBlock);
  if (challenge.expiresAt <= now) throw notAuthorized('Invalid session for the user, session is expired.');

  const proves = (user: User | undefined) => {
    const isSameUser = user?.sub === (challenge.sub || undefined) && user === findUser(pool, username);
    const prover = user?.srp ? proverOf(user) : decoyOf(pool, exchange.typed);
    const matches = isProof(pool, prover, exchange, { secretBlock, signature, timestamp });
    return matches && fresh && isSameUser;
  };
  const user = await attempt(
    context,
    pool,
    client,
    { username: exchange.typed, user: userBySub(pool, challenge.sub) },
    proves,
  );
  if (challenge.custom) {
    const { typed, answered } = challenge.custom;
    const proved = { challengeName: 'PASSWORD_VERIFIER', challengeResult: true } as const;
    return nextChallenge({ context, pool, client, username: typed, user }, [...answered, proved]);
  }
  return continueSignIn(context, pool, client, user);
}
