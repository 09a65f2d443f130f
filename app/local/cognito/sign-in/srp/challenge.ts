import { randomBytes } from 'node:crypto';
import type { Context } from '../../context.js';
import { CognitoError, invalidParameter } from '../../errors.js';
import type { Client, CustomSignIn, Pool, User } from '../../state/state.js';
import { findUser } from '../../users/directory.js';
import { userNotFound } from '../authenticate.js';
import { storeChallenge } from '../challenges.js';
import { decoyOf } from './decoy.js';
import { fromHex, toInteger } from './group.js';
import { newPrivateNumber, publicNumber, type Prover } from './proof.js';

/** Opens PASSWORD_VERIFIER, for a name that nobody has as well where the client hides who exists; in CUSTOM_AUTH its triggers decide what is next. */
export function openPasswordVerifier(
  context: Context,
  pool: Pool,
  client: Client,
  username: string,
  A: string,
  custom?: CustomSignIn,
) {
  if (fromHex(A) === undefined) throw invalidParameter('Invalid SRP_A');
  const user = findUser(pool, username);
  if (!user && !client.hideUserExistence) throw userNotFound();
  const prover = user ? proverOf(user) : decoyOf(pool, username);
  const b = newPrivateNumber();
  const secretBlock = randomBytes(96).toString('base64');
  const exchange = { A, b, typed: username };
  storeChallenge(context, pool, client, secretBlock, {
    name: 'PASSWORD_VERIFIER',
    sub: user?.sub ?? '',
    exchange,
    ...(custom && { custom }),
  });
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

/** Throws PasswordResetRequiredException for a user of an earlier version's state, of whom only a hash is stored. */
export function proverOf({ username, srp }: User): Prover {
  if (srp) return { username, srp };
  throw new CognitoError(
    'PasswordResetRequiredException',
    'Password reset required for the user: the local Cognito emulator stored no SRP verifier for this password. ' +
      'Sign in once with USER_PASSWORD_AUTH, or set the password again.',
  );
}
