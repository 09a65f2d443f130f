import { CognitoError } from '../errors.js';
import type { Alias, Pool, User } from '../state/state.js';

/** The key of a user name in `pool.users`: in lower case, unless the pool is case-sensitive. */
export const userKey = (pool: Pool, name: string) => (pool.caseSensitive ? name : name.toLowerCase());

/** A user by name, by the value of one of the pool's alias attributes, or by `sub`. */
export function findUser(pool: Pool, name: string): User | undefined {
  const key = userKey(pool, name);
  return pool.users.get(key) ?? allUsers(pool).find((user) => hasAlias(pool, user, key) || user.sub === name);
}

/** Throws UserNotFoundException. */
export function userOf(pool: Pool, name: string): User {
  const user = findUser(pool, name);
  if (!user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  return user;
}

export const userBySub = (pool: Pool, sub: string) => allUsers(pool).find((user) => user.sub === sub);

/** Throws AliasExistsException when another user is found by a value that would be an alias of `user`. */
export function checkAliases(pool: Pool, user: User): void {
  for (const alias of pool.aliases) {
    const value = aliasOf(user, alias);
    const taken = value !== undefined && findUser(pool, value);
    if (taken && taken !== user)
      throw new CognitoError('AliasExistsException', `An account with the given ${alias} already exists.`);
  }
}

const allUsers = (pool: Pool) => [...pool.users.values()];

function hasAlias(pool: Pool, user: User, key: string): boolean {
  return pool.aliases.some((alias) => {
    const value = aliasOf(user, alias);
    return value !== undefined && userKey(pool, value) === key;
  });
}

/** An e-mail address or phone number is an alias once it is verified. */
function aliasOf(user: User, alias: Alias): string | undefined {
  const verified = alias === 'preferred_username' || user.attributes.get(`${alias}_verified`) === 'true';
  return verified ? user.attributes.get(alias) : undefined;
}
