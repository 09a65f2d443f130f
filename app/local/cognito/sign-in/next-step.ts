import { missingAttributes } from '../attributes/permissions.js';
import type { Context } from '../context.js';
import { notAuthorized } from '../errors.js';
import { openSecondFactor } from '../mfa/second-factor.js';
import type { Client, Pool, User } from '../state/state.js';
import type { TokenSource } from '../triggers/token-changes.js';
import { openChallenge } from './challenges.js';
import { signedIn } from './tokens.js';

/** What follows once a user has proved the password: a new one if it is temporary, then the second factor, then tokens. */
export async function continueSignIn(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  source?: TokenSource,
): Promise<object> {
  if (user.temporaryUntil === undefined)
    return (await openSecondFactor(context, pool, client, user)) ?? signedIn(context, pool, client, user, source);
  if (context.now() >= user.temporaryUntil)
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: openChallenge(context, pool, client, user, 'NEW_PASSWORD_REQUIRED'),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(
        missingAttributes(pool, user.attributes).map((name) => `userAttributes.${name}`),
      ),
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
    },
  };
}
