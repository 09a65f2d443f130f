import { openChallenge } from './challenges.js';
import type { Context } from '../context.js';
import { takeParameter, type Parameters } from '../input/members.js';
import { findUser, userKey } from '../users/directory.js';
import { CognitoError, notAuthorized } from '../errors.js';
import { afterFailure, checkLock } from '../users/lockout.js';
import { checkSecretHash } from './secret-hash.js';
import { findSession, openSession, renewSession } from './sessions.js';
import type { Attempts, Client, Pool, User } from '../state/state.js';
import { signUserTokens } from './tokens.js';

/** A sign-in flow: from authentication parameters to tokens or a challenge. */
export type Flow = (context: Context, pool: Pool, client: Client, parameters: Parameters) => Promise<object>;

/** USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password is in the request. */
export const passwordFlow: Flow = async (context, pool, client, parameters) => {
  const username = takeParameter(parameters, 'USERNAME');
  const password = takeParameter(parameters, 'PASSWORD');
  checkSecretHash(client, username, parameters.get('SECRET_HASH'));
  const user = await authenticate(context, pool, client, username, password);
  if (user.temporaryUntil === undefined)
    return { ChallengeParameters: {}, ...(await openSessionTokens(context, pool, client, user)) };
  if (context.now() >= user.temporaryUntil)
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: openChallenge(context, pool, client, user),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: '[]',
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
    },
  };
};

/** REFRESH_TOKEN_AUTH: the secret hash is made with the internal user name, the access token's `username`. */
export const refreshFlow: Flow = async (context, pool, client, parameters) => {
  const refreshToken = takeParameter(parameters, 'REFRESH_TOKEN');
  const hash = parameters.get('SECRET_HASH');
  if (client.secrets.length > 0 && hash === undefined) checkSecretHash(client, '', hash);
  const { session, user } = findSession(pool, client, refreshToken);
  checkSecretHash(client, user.username, hash);
  renewSession(context, client, user, session);
  return { ChallengeParameters: {}, AuthenticationResult: await signUserTokens(context, pool, client, user, session) };
};

/** A new session's tokens, as AuthenticationResult. */
export async function openSessionTokens(context: Context, pool: Pool, client: Client, user: User) {
  const { session, refreshToken } = openSession(context, pool, client, user);
  const tokens = await signUserTokens(context, pool, client, user, session);
  return { AuthenticationResult: { ...tokens, RefreshToken: refreshToken } };
}

/** The user with that name and password. Takes as long, with the same message, when no such user exists. */
async function authenticate(context: Context, pool: Pool, client: Client, username: string, password: string) {
  const user = findUser(pool, username);
  const account = user ?? unknownNameOf(context, pool, username);
  account.attempts = checkLock(account.attempts, context.now());
  const matches = await (user
    ? context.passwords.matches(password, user.passwordHash)
    : context.passwords.pretend(password));
  // Checked again: concurrent attempts may have locked the account meanwhile.
  const attempts = checkLock(account.attempts, context.now());
  if (!user || !matches) {
    account.attempts = afterFailure(attempts, context.now());
    throw user || client.hideUserExistence
      ? notAuthorized('Incorrect username or password.')
      : new CognitoError('UserNotFoundException', 'User does not exist.');
  }
  if (!user.enabled) throw notAuthorized('User is disabled.');
  delete user.attempts;
  return user;
}

function unknownNameOf(context: Context, pool: Pool, username: string): { attempts?: Attempts } {
  const key = `${pool.id}/${userKey(pool, username)}`;
  const entry = context.unknownNames.get(key) ?? {};
  context.unknownNames.set(key, entry);
  return entry;
}
