import { readdir } from 'node:fs/promises';
import { StartError } from '../../platform/config/start-error.js';
import type { LocalUser } from '../../platform/contract/local-users.js';
import type { PoolsDocument } from '../../platform/contract/pools.js';
import { CognitoError, orUndefined } from '../cognito/errors.js';
import { api } from '../cognito/operations.js';
import { writeDurably } from '../durable-file.js';
import type { SeededPool } from './seeded-file.js';
import type { Target } from './target.js';

type SeededUser = SeededPool['users'][number];

const PASSWORD_FILE = /^(?<username>.+)\.password$/u;

/** Throws a StartError that names the user whose pool or group is not declared, or whose password has no file of its own. */
export function checkUsers(pools: PoolsDocument, users: readonly LocalUser[]): void {
  const passwords = new Map<string, string>();
  for (const { username, password, pool: name, groups = [] } of users) {
    const refuse = (why: string) => new StartError(`The local user ${username} ${why}`);
    const pool = Object.hasOwn(pools, name) ? pools[name] : undefined;
    if (!pool) throw refuse(`is of pool ${name}, which is not declared. Declared: ${list(pools)}.`);
    const unknown = groups.find((group) => !Object.hasOwn(pool.groups, group));
    if (unknown !== undefined)
      throw refuse(`is in group ${unknown}, which pool ${name} does not declare. Declared: ${list(pool.groups)}.`);
    if (!/^[^./\\][^/\\]*$/u.test(username))
      throw refuse('needs a name without slashes and without a dot at its start, since a file is named after it.');
    const other = passwords.get(username.toLowerCase());
    if (other !== undefined && other !== password)
      throw refuse('is declared with two passwords, and there is one password file a name.');
    passwords.set(username.toLowerCase(), password);
  }
}

/** Returns the users that were seeded so far, and the groups that each was put into. */
export async function seedUsers(target: Target, before: readonly SeededUser[] = []): Promise<SeededUser[]> {
  const { name: poolName, users, log } = target;
  const seeded = new Map(before.map((user) => [user.username, user]));
  for (const user of users.filter(({ pool }) => pool === poolName)) {
    const { username } = user;
    const known = seeded.get(username);
    if (!known) await createUser(target, user);
    const fresh = (user.groups ?? []).filter((group) => !known?.groups.includes(group));
    const exists = await findUser(target, username);
    if (!exists) log.info({ pool: poolName, user: username }, 'the declared user was deleted: not created again');
    else await joinGroups(target, username, fresh);
    seeded.set(username, { username, groups: [...(known?.groups ?? []), ...fresh] });
  }
  return [...seeded.values()];
}

/** The names of the users whose passwords are in `NAME.password` files. */
export async function usersWithPasswordFile(dir: string): Promise<string[]> {
  return (await readdir(dir)).flatMap((name) => PASSWORD_FILE.exec(name)?.groups?.['username'] ?? []);
}

/**
 * Creates the user with the declared password, and `NAME.password` with it, so that one can sign in without typing it.
 * A user who exists by that name and has chosen a password keeps it.
 */
async function createUser(target: Target, { username, password, attributes = {} }: LocalUser): Promise<void> {
  const { run, UserPoolId, name, dir, changes } = target;
  const person = { UserPoolId, Username: username };
  try {
    const existing = await findUser(target, username);
    if (existing?.UserStatus === 'CONFIRMED') return;
    if (!existing) {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
      await run(api.AdminCreateUser, { ...person, UserAttributes, MessageAction: 'SUPPRESS' });
    }
    await writeDurably(`${dir}/${username}.password`, `${password}\n`);
    await run(api.AdminSetUserPassword, { ...person, Password: password, Permanent: true });
    changes.push(`created user ${username}`);
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    throw new StartError(`The local user ${username} of pool ${name} can't be created: ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * Signs the declared users in through a client without a secret. Earlier versions stored no SRP verifiers, and a sign-in
 * with the password adds one; a user whose password was changed is left alone.
 */
export async function signInOnce({ run, name, users }: Target, ClientId: string): Promise<void> {
  for (const { username, password } of users.filter(({ pool }) => pool === name)) {
    const AuthParameters = { USERNAME: username, PASSWORD: password };
    await run(api.InitiateAuth, { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }).catch(
      (error: unknown) => {
        if (!(error instanceof CognitoError)) throw error;
      },
    );
  }
}

async function joinGroups({ run, UserPoolId, changes }: Target, Username: string, groups: readonly string[]) {
  const { Groups } = await run(api.ListGroups, { UserPoolId });
  const existing = new Set(Groups.map(({ GroupName }) => GroupName));
  for (const GroupName of groups.filter((group) => existing.has(group))) {
    await run(api.AdminAddUserToGroup, { UserPoolId, Username, GroupName });
    changes.push(`added user ${Username} to group ${GroupName}`);
  }
}

const findUser = ({ run, UserPoolId }: Target, Username: string) =>
  orUndefined(run(api.AdminGetUser, { UserPoolId, Username }), 'UserNotFoundException');

const list = (byName: object) => Object.keys(byName).join(', ') || 'none';
