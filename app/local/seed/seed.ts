import { isDeepStrictEqual } from 'node:util';
import { StartError } from '../../platform/config/start-error.js';
import type { PoolDocument } from '../../platform/contract/pools.js';
import { CognitoError, orUndefined } from '../cognito/errors.js';
import { api } from '../cognito/operations.js';
import { listDeletedClients } from '../cognito/app-clients/removal.js';
import { attributePermissionsOf, seedMachines, seedPeopleClient, seedPublicClient } from './clients.js';
import { createPool, seedAttributes, seedGroups, seedScopes } from './pools.js';
import { readSeeded, writeSeeded, type CompletePool, type PoolIds, type SeededPool } from './seeded-file.js';
import type { SeedChanges, SeedOptions, Target } from './target.js';
import { checkUsers, seedUsers, signInOnce, usersWithPasswordFile } from './users.js';

interface Seeded {
  pools: ReadonlyMap<string, CompletePool>;
  changes: SeedChanges;
}

/**
 * Adds to the local Cognito what is declared and was not seeded before: pools, clients, groups, scopes, users and their
 * groups. What was seeded before stays as people have changed it, deleted included, and what is no longer declared
 * stays too. A run that is interrupted is completed by the next one. Throws StartError for users that contradict the
 * pools, and for a damaged `seeded.json`.
 */
export async function seed(options: SeedOptions): Promise<Seeded> {
  const { pools, users, dir, log } = options;
  checkUsers(pools, users);
  const path = `${dir}/seeded.json`;
  const written = await readSeeded(path);
  const existing = await findPools(options, written);
  for (const name of existing.keys())
    if (!Object.hasOwn(pools, name))
      log.info({ pool: name }, 'the pool is no longer declared: the local Cognito keeps it, the API does not trust it');

  // One after the other: a failure must not leave another pool's writes running when the lock is released.
  const seeded = new Map<string, CompletePool>();
  const changes: Record<string, readonly string[]> = {};
  for (const [name, pool] of Object.entries(pools)) {
    const result = await seedPool(options, name, pool, existing.get(name));
    seeded.set(name, result.pool);
    if (result.changes.length > 0) changes[name] = result.changes;
  }
  const all = new Map<string, SeededPool>([...existing, ...seeded]);
  if (!isDeepStrictEqual(all, written)) await writeSeeded(path, all);
  return { pools: seeded, changes };
}

async function seedPool(options: SeedOptions, name: string, pool: PoolDocument, before: SeededPool | undefined) {
  const changes: string[] = [];
  try {
    const UserPoolId = before?.userPoolId ?? (await createPool(options, name, pool, changes));
    const target: Target = { ...options, name, UserPoolId, pool, changes };
    await seedAttributes(target);
    const clientId = await seedPeopleClient(target, before);
    const publicClient = await seedPublicClient(target, before);
    const seeded: CompletePool = {
      userPoolId: UserPoolId,
      clientId,
      ...publicClient,
      ...attributePermissionsOf(pool),
      groups: await seedGroups(target, before?.groups),
      scopes: await seedScopes(target, before?.scopes),
      machines: await seedMachines(target, before?.machines),
      users: await seedUsers(target, before?.users),
    };
    if (before && before.publicClientId === undefined) await signInOnce(target, publicClient.publicClientId);
    return { pool: seeded, changes };
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    throw new StartError(
      `The local Cognito refuses pool ${name} as it is declared: ${error.message} If it was changed by hand, move ` +
        `${options.dir}/seeded.json away: then everything that is declared is added again.`,
      { cause: error },
    );
  }
}

/** The pools of `seeded.json` that are in the state, which may have been moved away. */
async function findPools(options: SeedOptions, written: ReadonlyMap<string, SeededPool | PoolIds>) {
  const { run } = options;
  const found = new Map<string, SeededPool>();
  for (const [name, entry] of written) {
    const listing = run(api.ListUserPoolClients, { UserPoolId: entry.userPoolId, MaxResults: 60 });
    const clients = (await orUndefined(listing, 'ResourceNotFoundException'))?.UserPoolClients;
    if (!clients) continue;
    const before = 'users' in entry ? entry : await upgrade(options, entry);
    const { ClientIds: deleted } = await run(listDeletedClients, { UserPoolId: entry.userPoolId });
    const known = new Set([...clients.map(({ ClientId }) => ClientId), ...deleted]);
    const ids = [before, ...before.machines].map(({ clientId }) => clientId).concat(before.publicClientId ?? []);
    const isComplete = ids.every((id) => known.has(id));
    // A client that was never deleted is missing from a copy of the state from before it was added, with other things.
    found.set(name, isComplete ? before : { ...before, groups: [], scopes: [], machines: [], users: [] });
  }
  return found;
}

/**
 * The first version of `seeded.json` recorded neither groups nor users. Its groups are those that the pool has, its
 * users those with a password file; which of the groups they were put into, and taken out of again, is unknown, so that
 * none is added a second time.
 */
async function upgrade({ run, dir }: SeedOptions, { userPoolId, clientId }: PoolIds): Promise<SeededPool> {
  const { Groups } = await run(api.ListGroups, { UserPoolId: userPoolId });
  const groups = Groups.map(({ GroupName }) => GroupName);
  const users = (await usersWithPasswordFile(dir)).map((username) => ({ username, groups }));
  return { userPoolId, clientId, groups, scopes: [], machines: [], users };
}
