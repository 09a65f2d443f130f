import { randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { claimAliases, takenAddress, userKey } from './directory.js';
import { CognitoError } from '../errors.js';
import * as fields from '../input/fields.js';
import { revokeSessions } from '../sign-in/sessions.js';
import { newVerifier } from '../sign-in/srp/verifier.js';
import type { Address, Pool, User } from '../state/state.js';
import type { HashedPassword } from './passwords.js';
import { addressIn } from './user-names.js';
import { statusOf } from './user-status.js';

const DAY_MS = 86_400_000;

export { statusOf, type UserStatus } from './user-status.js';

interface NewUser {
  /** As the caller gave it: in pools with username attributes, an e-mail address or phone number. */
  name: string;
  attributes: ReadonlyMap<string, string>;
  password: HashedPassword;
  /** Whether verified addresses that others sign in by become this user's. */
  takesAliases?: boolean;
  status?: 'UNCONFIRMED';
}

/**
 * Adds a user to the pool; `exists` is what the message says where the user name is taken. Throws
 * UsernameExistsException, AliasExistsException, and InvalidParameterException for a name that the pool doesn't allow.
 */
export function newUser(context: Context, pool: Pool, newcomer: NewUser, exists: string): User {
  const { name, attributes, password, takesAliases = false } = newcomer;
  const sub = randomUUID();
  const address = addressIn(pool, name);
  const username = address ? sub : name;
  const key = userKey(pool, username);
  if (pool.users.has(key)) throw new CognitoError('UsernameExistsException', exists);
  const now = context.now();
  const given = [...attributes].filter(([, value]) => value !== '');
  const user: User = {
    sub,
    username,
    attributes: new Map(address ? [...given, [address, name]] : given),
    ...storedPassword(pool, { username }, password),
    ...(newcomer.status && { status: newcomer.status }),
    enabled: true,
    groups: [],
    createdAt: now,
    modifiedAt: now,
  };
  const taken = takenAddress(pool, user);
  if (taken) throw new CognitoError('UsernameExistsException', `An account with the given ${taken} already exists.`);
  claimAliases(pool, user, { attributes: user.attributes, takes: takesAliases });
  pool.users.set(key, user);
  return user;
}

/** Removes the user, whose tokens are then refused. */
export function removeUser(pool: Pool, user: User): void {
  revokeSessions(pool, user);
  pool.users.delete(userKey(pool, user.username));
}

/** Throws UnsupportedUserStateException unless the user's password is a temporary one. */
export function checkInvited(user: User): User {
  const status = statusOf(user);
  if (status === 'FORCE_CHANGE_PASSWORD') return user;
  throw new CognitoError('UnsupportedUserStateException', `Resend not possible. ${status} status is not correct.`);
}

/** Throws PasswordResetRequiredException once an administrator has reset the password, whatever it was. */
export function checkNotReset(user: User): void {
  if (user.status === 'RESET_REQUIRED')
    throw new CognitoError('PasswordResetRequiredException', 'Password reset required for the user');
}

/** Throws UserNotConfirmedException before a sign-up is confirmed. */
export function checkConfirmed(user: User): void {
  if (user.status === 'UNCONFIRMED') throw new CognitoError('UserNotConfirmedException', 'User is not confirmed.');
}

/** Sets a permanent password, or a temporary one that is valid for as long as the pool's policy says. */
export function setPassword(
  context: Context,
  pool: Pool,
  user: User,
  password: HashedPassword,
  permanent: boolean,
): void {
  Object.assign(user, storedPassword(pool, user, password));
  user.modifiedAt = context.now();
  delete user.status;
  if (permanent) delete user.temporaryUntil;
  else user.temporaryUntil = context.now() + pool.passwordPolicy.TemporaryPasswordValidityDays * DAY_MS;
}

const storedPassword = (pool: Pool, user: Pick<User, 'username'>, { password, hash }: HashedPassword) => ({
  passwordHash: hash,
  srp: newVerifier(pool, user, password),
});

/** The user's e-mail address or phone number, once it is verified. */
export const verifiedAddress = ({ attributes }: User, attribute: Address): string | undefined =>
  attributes.get(`${attribute}_verified`) === 'true' ? attributes.get(attribute) : undefined;

/** As the API describes a user, without attributes. */
export const describeUser = (user: User) => ({
  Username: user.username,
  UserCreateDate: fields.date(user.createdAt),
  UserLastModifiedDate: fields.date(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: statusOf(user),
});

/** As the API lists them, with `sub`. */
export const writeAttributes = (user: User) =>
  [['sub', user.sub] as const, ...user.attributes].map(([Name, Value]) => ({ Name, Value }));
