import { randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { checkAliases, userKey } from './directory.js';
import { CognitoError, invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { newVerifier } from '../sign-in/srp/verifier.js';
import type { Pool, User } from '../state/state.js';
import type { HashedPassword } from './passwords.js';

const DAY_MS = 86_400_000;

/** CONFIRMED, or FORCE_CHANGE_PASSWORD while the password is a temporary one. */
export const statusOf = (user: User) => (user.temporaryUntil === undefined ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD');

/** Adds a user to the pool. Throws UsernameExistsException, AliasExistsException. */
export function newUser(
  context: Context,
  pool: Pool,
  username: string,
  attributes: Map<string, string>,
  password: HashedPassword,
) {
  const key = userKey(pool, username);
  if (pool.users.has(key)) throw new CognitoError('UsernameExistsException', 'User account already exists');
  const now = context.now();
  const values = { sub: randomUUID(), username, attributes, groups: [], createdAt: now, modifiedAt: now };
  const user: User = { ...values, ...storedPassword(pool, { username }, password), enabled: true };
  checkAliases(pool, user);
  pool.users.set(key, user);
  return user;
}

/** Throws UnsupportedUserStateException unless the user's password is a temporary one. */
export function checkInvited(user: User): User {
  if (user.temporaryUntil !== undefined) return user;
  throw new CognitoError('UnsupportedUserStateException', 'Resend not possible. CONFIRMED status is not correct.');
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
  if (permanent) delete user.temporaryUntil;
  else user.temporaryUntil = context.now() + pool.passwordPolicy.TemporaryPasswordValidityDays * DAY_MS;
}

const storedPassword = (pool: Pool, user: Pick<User, 'username'>, { password, hash }: HashedPassword) => ({
  passwordHash: hash,
  srp: newVerifier(pool, user, password),
});

/** As the API describes a user, without attributes. */
export const describeUser = (user: User) => ({
  Username: user.username,
  UserCreateDate: fields.date(user.createdAt),
  UserLastModifiedDate: fields.date(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: statusOf(user),
});

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const STANDARD_ATTRIBUTES = new Set(
  (
    'address birthdate email email_verified family_name gender given_name locale middle_name name nickname ' +
    'phone_number phone_number_verified picture preferred_username profile updated_at website zoneinfo'
  ).split(' '),
);

/** Whether the pool's schema has the attribute. */
export const isAttribute = (pool: Pool, name: string) =>
  STANDARD_ATTRIBUTES.has(name) || pool.customAttributes.includes(name);

/** Name and value pairs as a map. Throws InvalidParameterException for names that are not in the pool's schema. */
export function readAttributes(pool: Pool, pairs: { Name: string; Value?: string }[]): Map<string, string> {
  const unknown = pairs.filter(({ Name }) => !isAttribute(pool, Name));
  if (unknown.length > 0)
    throw invalidParameter(
      unknown
        .map(
          ({ Name }) => `Attributes did not conform to the schema: ${Name}: Attribute does not exist in the schema.\n`,
        )
        .join(''),
    );
  return new Map(pairs.map(({ Name, Value }) => [Name, Value ?? '']));
}

/** As the API lists them, with `sub`. */
export const writeAttributes = (user: User) =>
  [['sub', user.sub] as const, ...user.attributes].map(([Name, Value]) => ({ Name, Value }));
