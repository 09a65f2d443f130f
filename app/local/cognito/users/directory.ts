import { CognitoError } from '../errors.js';
import type { Address, Alias, Pool, User } from '../state/state.js';

/** The key of a user name in `pool.users`: in lower case, unless the pool is case-sensitive. */
export const userKey = (pool: Pool, name: string) => (pool.caseSensitive ? name : name.toLowerCase());

/** A user by name, by `sub`, or by the value of an attribute that one may sign in by. */
export function findUser(pool: Pool, name: string): User | undefined {
  const byName = pool.users.get(userKey(pool, name));
  return byName ?? findByAlias(pool, name) ?? userBySub(pool, name);
}

/** Throws UserNotFoundException. */
export function userOf(pool: Pool, name: string): User {
  const user = findUser(pool, name);
  if (!user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
  return user;
}

export function userBySub(pool: Pool, sub: string): User | undefined {
  for (const user of pool.users.values()) if (user.sub === sub) return user;
  return undefined;
}

/** The user who signs in by that value of an attribute. */
export function findByAlias(pool: Pool, value: string, except?: User): User | undefined {
  const names: readonly Alias[] = [...pool.aliases, ...pool.usernameAttributes];
  if (names.length === 0) return undefined;
  const key = userKey(pool, value);
  for (const user of pool.users.values())
    if (user !== except && names.some((name) => isAlias(pool, user, name, key))) return user;
  return undefined;
}

type Attributes = ReadonlyMap<string, string>;

interface NewAliases {
  attributes: Attributes;
  /** Whether e-mail address and phone number are taken from others who sign in by them. */
  takes: boolean;
}

/**
 * Lets `user` sign in by those attributes; of others whose address is taken it is unverified from then on. Throws
 * AliasExistsException where another user signs in by one that isn't taken, and nothing has changed then.
 */
export function claimAliases(pool: Pool, user: User, { attributes, takes }: NewAliases): void {
  const losers: (() => void)[] = [];
  for (const name of pool.aliases) {
    const value = aliasOf(pool, attributes, name);
    if (value === undefined) continue;
    const other = findByAlias(pool, value, user);
    const namesake = pool.users.get(userKey(pool, value));
    const mayTake = takes && name !== 'preferred_username';
    if ((other && !mayTake) || (namesake && namesake !== user)) throw aliasExists(name);
    if (other) losers.push(() => other.attributes.set(`${name}_verified`, 'false'));
  }
  for (const lose of losers) lose();
}

/** The attribute by whose value another user signs in already, where addresses are user names. */
export const takenAddress = (pool: Pool, user: User, attributes: Attributes = user.attributes): Address | undefined =>
  pool.usernameAttributes.find((name) => {
    const value = attributes.get(name);
    return value !== undefined && findByAlias(pool, value, user);
  });

export const aliasExists = (name: Alias) =>
  new CognitoError('AliasExistsException', `An account with the given ${name} already exists.`);

function isAlias(pool: Pool, user: User, name: Alias, key: string): boolean {
  const value = aliasOf(pool, user.attributes, name);
  return value !== undefined && userKey(pool, value) === key;
}

/** A user name of the pool, or an alias, which an e-mail address or phone number is once it is verified. */
function aliasOf(pool: Pool, attributes: Attributes, name: Alias): string | undefined {
  const counts =
    name === 'preferred_username' ||
    pool.usernameAttributes.includes(name) ||
    attributes.get(`${name}_verified`) === 'true';
  return counts ? attributes.get(name) : undefined;
}
