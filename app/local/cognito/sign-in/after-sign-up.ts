import type { Context } from '../context.js';
import { CognitoError, notAuthorized } from '../errors.js';
import { takeParameter, type Parameters } from '../input/members.js';
import type { Client, Pool, User } from '../state/state.js';
import { findUser } from '../users/directory.js';
import { checkNotReset } from '../users/user.js';
import { challengeOf, closeChallenge, openChallenge } from './challenges.js';
import { continueSignIn } from './next-step.js';
import { checkSecretHash } from './secret-hash.js';

/** The session of a sign-up in this client, by which ConfirmSignUp's caller is known as the one who signed up. */
export const startSignUpSession = (context: Context, pool: Pool, client: Client, user: User): string =>
  openChallenge(context, pool, client, user, 'SIGN_UP');

/** Ends such a session; false where it is none of the user and client, or has expired. */
export function endSignUpSession(context: Context, pool: Pool, client: Client, user: User, session: string): boolean {
  try {
    challengeOf(context, pool, client, user, 'SIGN_UP', session);
  } catch (error) {
    if (error instanceof CognitoError) return false;
    throw error;
  }
  closeChallenge(pool, session);
  return true;
}

/**
 * SignUp's session, for clients that may use USER_AUTH: ConfirmSignUp exchanges it for one that InitiateAuth accepts in
 * place of a first factor. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
 */
export const openSignUpSession = (context: Context, pool: Pool, client: Client, user: User): string | undefined =>
  client.flows.includes('ALLOW_USER_AUTH') ? startSignUpSession(context, pool, client, user) : undefined;

/** ConfirmSignUp's session. Throws NotAuthorizedException unless SignUp gave `session` to this user and client. */
export function exchangeSignUpSession(
  context: Context,
  pool: Pool,
  client: Client,
  user: User,
  session: string,
): string {
  challengeOf(context, pool, client, user, 'SIGN_UP', session);
  return openChallenge(context, pool, client, user, 'SIGNED_UP');
}

/** USER_AUTH with ConfirmSignUp's session, which is good for one sign-in. Throws NotAuthorizedException. */
export async function signInAfterSignUp(
  context: Context,
  pool: Pool,
  client: Client,
  parameters: Parameters,
  session: string,
): Promise<object> {
  const username = takeParameter(parameters, 'USERNAME');
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  const user = findUser(pool, username);
  if (!user) throw notAuthorized('Invalid session for the user.');
  challengeOf(context, pool, client, user, 'SIGNED_UP', session);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  checkNotReset(user);
  closeChallenge(pool, session);
  return continueSignIn(context, pool, client, user);
}
