import { randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { checkAliases, userKey } from './directory.js';
import { CognitoError } from '../errors.js';
import * as fields from '../input/fields.js';
import type { Pool, User } from '../state/state.js';

const DAY_MS = 86_400_000;

/** CONFIRMED, or FORCE_CHANGE_PASSWORD while the password is a temporary one. */
export const statusOf = (user: User) => (user.temporaryUntil === undefined ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD');

/** A user with a password, and the name and aliases to themselves; throws UsernameExistsException, AliasExistsException. */
export function newUser(
  context: Context,
  pool: Pool,
  username: string,
  attributes: Map<string, string>,
  passwordHash: string,
) {
  const key = userKey(pool, username);
  if (pool.users.has(key)) throw new CognitoError('UsernameExistsException', 'User account already exists');
  const now = context.now();
  const born = { sub: randomUUID(), username, attributes, passwordHash, groups: [], createdAt: now, modifiedAt: now };
  const user: User = { ...born, enabled: true };
  checkAliases(pool, user);
  pool.users.set(key, user);
  return user;
}

/** Someone whose password is still a temporary one; throws UnsupportedUserStateException. */
export function invitedAgain(user: User): User {
  if (user.temporaryUntil !== undefined) return user;
  throw new CognitoError('UnsupportedUserStateException', 'Resend not possible. CONFIRMED status is not correct.');
}

/** Sets a password of the user's own, or a temporary one for as long as the pool's policy says. */
export function setPassword(context: Context, pool: Pool, user: User, passwordHash: string, permanent: boolean): void {
  user.passwordHash = passwordHash;
  user.modifiedAt = context.now();
  if (permanent) delete user.temporaryUntil;
  else user.temporaryUntil = context.now() + pool.passwordPolicy.TemporaryPasswordValidityDays * DAY_MS;
}

/** As the API describes a user, attributes apart. */
export const describeUser = (user: User) => ({
  Username: user.username,
  UserCreateDate: fields.date(user.createdAt),
  UserLastModifiedDate: fields.date(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: statusOf(user),
});
