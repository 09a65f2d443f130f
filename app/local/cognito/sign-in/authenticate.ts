import type { Context } from '../context.js';
import { CognitoError, notAuthorized } from '../errors.js';
import type { Client, Pool, User } from '../state/state.js';
import { findUser, userKey } from '../users/directory.js';
import { afterFailure, checkLock } from '../users/lockout.js';
import { migrateUser } from '../users/migration.js';
import { checkConfirmed, checkNotReset } from '../users/user.js';
import { newVerifier } from './srp/verifier.js';

/** The user with that name and password. Takes as long, with the same message, when no such user exists. */
export async function authenticate(context: Context, pool: Pool, client: Client, username: string, password: string) {
  const matches = (user: User | undefined) =>
    user ? context.passwords.matches(password, user.passwordHash) : context.passwords.matchNothing(password);
  const refusal = await migrateUnknown(context, pool, client, username, password);
  const user = await attempt(context, pool, client, { username, user: findUser(pool, username), refusal }, matches);
  user.srp ??= newVerifier(pool, user, password);
  return user;
}

/**
 * Lets the pool's trigger take over a user whom the pool doesn't know; such a user has that password then. The refusal
 * for a client that doesn't hide who exists, where the trigger refused: its own reason is in the log.
 */
async function migrateUnknown(context: Context, pool: Pool, client: Client, username: string, password: string) {
  if (findUser(pool, username) || !context.triggers.has(pool, 'userMigration')) return undefined;
  checkLock(unknownNameOf(context, pool, username).attempts, context.now());
  try {
    await migrateUser(context, pool, client, { username, password });
    return undefined;
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    return new CognitoError('UserNotFoundException', `Exception migrating user in app client ${client.id}`);
  }
}

/** Who signs in: the name that was typed, and the user that it belongs to, or why it belongs to none. */
export interface Candidate {
  username: string;
  user: User | undefined;
  refusal?: CognitoError | undefined;
}

/**
 * The user, once `matches` says so. Failures count towards the lock-out of the user, or of the name that nobody has.
 * Throws NotAuthorizedException, and UserNotFoundException where the client doesn't hide who exists; such a client learns
 * without the password, too, that it was reset.
 */
export async function attempt(
  context: Context,
  pool: Pool,
  client: Client,
  { username, user, refusal = userNotFound() }: Candidate,
  matches: (user: User | undefined) => boolean | Promise<boolean>,
): Promise<User> {
  if (user && !client.hideUserExistence) checkNotReset(user);
  const account = user ?? unknownNameOf(context, pool, username);
  account.attempts = checkLock(account.attempts, context.now());
  const isMatch = await matches(user);
  // Checked again: concurrent attempts may have locked the account meanwhile.
  const attempts = checkLock(account.attempts, context.now());
  if (!user || !isMatch) {
    account.attempts = afterFailure(attempts, context.now());
    throw user || client.hideUserExistence ? incorrect() : refusal;
  }
  if (!user.enabled) throw notAuthorized('User is disabled.');
  checkNotReset(user);
  checkConfirmed(user);
  delete user.attempts;
  return user;
}

export const incorrect = () => notAuthorized('Incorrect username or password.');
export const userNotFound = () => new CognitoError('UserNotFoundException', 'User does not exist.');

/** The attempts on a name that nobody has. */
export function unknownNameOf(context: Context, pool: Pool, username: string): Pick<User, 'attempts' | 'limits'> {
  const key = `${pool.id}/${userKey(pool, username)}`;
  const entry = context.unknownNames.get(key) ?? {};
  context.unknownNames.set(key, entry);
  return entry;
}
