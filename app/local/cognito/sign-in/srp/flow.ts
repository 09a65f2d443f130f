import { randomBytes } from 'node:crypto';
import type { Context } from '../../context.js';
import { CognitoError, invalidParameter, notAuthorized } from '../../errors.js';
import { takeParameter, type Parameters } from '../../input/members.js';
import type { Client, Pool, User } from '../../state/state.js';
import { findUser, userBySub } from '../../users/directory.js';
import { attempt, incorrect, userNotFound } from '../authenticate.js';
import { closeChallenge, storeChallenge } from '../challenges.js';
import type { Flow } from '../flow.js';
import { continueSignIn } from '../next-step.js';
import { checkSecretHash } from '../secret-hash.js';
import { hashOf } from '../sessions.js';
import { decoyOf } from './decoy.js';
import { fromHex, toInteger } from './group.js';
import { isProof, newPrivateNumber, publicNumber, type Prover } from './proof.js';
import { isFresh } from './timestamp.js';

/** USER_SRP_AUTH: the password never leaves the client. The challenge's secret block stands for a session. */
export const srpFlow: Flow = async (context, pool, client, parameters) => {
  const username = takeParameter(parameters, 'USERNAME');
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  return openPasswordVerifier(context, pool, client, username, takeParameter(parameters, 'SRP_A'));
};

/** Opens PASSWORD_VERIFIER, for a name that nobody has as well where the client hides who exists. */
export function openPasswordVerifier(context: Context, pool: Pool, client: Client, username: string, A: string) {
  if (fromHex(A) === undefined) throw invalidParameter('Invalid SRP_A');
  const user = findUser(pool, username);
  if (!user && !client.hideUserExistence) throw userNotFound();
  const prover = user ? proverOf(user) : decoyOf(pool, username);
  const b = newPrivateNumber();
  const secretBlock = randomBytes(96).toString('base64');
  const exchange = { A, b, typed: username };
  storeChallenge(context, pool, client, secretBlock, { name: 'PASSWORD_VERIFIER', sub: user?.sub ?? '', exchange });
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: toInteger(Buffer.from(prover.srp.salt, 'base64url')).toString(16),
      SECRET_BLOCK: secretBlock,
      SRP_B: publicNumber(prover, b).toString(16),
      USERNAME: prover.username,
      USER_ID_FOR_SRP: prover.username,
    },
  };
}

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
  return continueSignIn(context, pool, client, user);
}

/** Throws PasswordResetRequiredException for a user of an earlier version's state, of whom only a hash is stored. */
function proverOf({ username, srp }: User): Prover {
  if (srp) return { username, srp };
  throw new CognitoError(
    'PasswordResetRequiredException',
    'Password reset required for the user: the local Cognito emulator stored no SRP verifier for this password. ' +
      'Sign in once with USER_PASSWORD_AUTH, or set the password again.',
  );
}
