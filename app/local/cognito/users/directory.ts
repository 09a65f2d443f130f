import { CognitoError } from '../errors.js';
import type { Alias, Pool, User } from '../state/state.js';

/** The key of a name in `pool.users`: without regard to case, unless the pool was made otherwise. */
export const userKey = (pool: Pool, name: string) => (pool.caseSensitive ? name : name.toLowerCase());

/** A user by name, by the value of one of the pool's alias attributes, or by `sub`. */
export function findUser(pool: Pool, name: string): User | undefined {
  const key = userKey(pool, name);
  return pool.users.get(key) ?? everyone(pool).find((user) => goesBy(pool, user, key) || user.sub === name);
}

/** Throws UserNotFoundException. */
export function userOf(pool: Pool, name: string): User {
  const user = findUser(pool, name);
  if (!user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  return user;
}

export const userBySub = (pool: Pool, sub: string) => everyone(pool).find((user) => user.sub === sub);

/** Throws AliasExistsException when somebody else goes by a value that would be an alias of `newcomer`. */
export function checkAliases(pool: Pool, newcomer: User): void {
  for (const alias of pool.aliases) {
    const value = aliasOf(newcomer, alias);
    const taken = value !== undefined && findUser(pool, value);
    if (taken && taken !== newcomer)
      throw new CognitoError('AliasExistsException', `An account with the given ${alias} already exists.`);
  }
}

const everyone = (pool: Pool) => [...pool.users.values()];

function goesBy(pool: Pool, user: User, key: string): boolean {
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
