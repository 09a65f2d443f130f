import { join, resolve } from 'node:path';
import { Failure } from '../failure.js';
import { readPrivateFile } from './private-file.js';
import { NAME, profileProblems, type Profile, type ProfilePool } from './profile.js';
import type { Runtime } from '../runtime.js';
import { stateDirectory } from './state-directory.js';

/** The profile that `npm start` writes. */
export const LOCAL = 'local';
export const DEFAULT_POOL = 'customers';

/** Which pool of which profile a command is about. */
export interface Target {
  readonly profileName: string;
  readonly profile: Profile;
  readonly poolName: string;
  readonly pool: ProfilePool;
}

/** The command that signs `user` in to a target, its flags where they aren't the usual ones. */
export function loginCommand(user: string, { profileName, poolName }: Target): string {
  const pool = poolName === DEFAULT_POOL ? '' : `--pool ${poolName}`;
  const profile = profileName === LOCAL ? '' : `--profile ${profileName}`;
  return ['pizza login', user, pool, profile].filter(Boolean).join(' ');
}

export type Place = Pick<Runtime, 'env' | 'platform' | 'cwd' | 'uid'>;

/** Where a profile is kept. Throws the Failure `usage` for a name that no profile can have. */
export function profilePath(name: string, place: Place): string {
  if (name === LOCAL) return resolve(place.cwd, place.env['LOCAL_DIR'] || '.local', 'profile.json');
  if (!NAME.test(name)) {
    throw new Failure('usage', 'usage', {
      message: `${JSON.stringify(name)} can't be a profile's name.`,
      hint: 'Use letters, digits, - and _, such as cloud.',
    });
  }
  return join(stateDirectory(place), 'profiles', `${name}.json`);
}

/** The JSON of a profile, checked; `from` says where it came from. Throws `profile_invalid` with every problem. */
export function parseProfile(json: string, from: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid(from, ['it is not JSON']);
  }
  const problems = profileProblems(value);
  if (problems.length > 0) throw invalid(from, problems);
  return value as Profile;
}

/** Throws `profile_missing` or `profile_invalid`. */
export function loadProfile(name: string, place: Place): Profile {
  const path = profilePath(name, place);
  const json = readPrivateFile(path, place);
  if (json !== undefined) return parseProfile(json, path);
  throw new Failure('unexpected', 'profile_missing', {
    message: `There is no profile ${name}: ${path} does not exist.`,
    hint:
      name === LOCAL
        ? 'Run `npm start` in another terminal, or name another profile with --profile.'
        : `terraform output -json profile | pizza profile add ${name}`,
  });
}

/** Throws as `loadProfile` does, and `pool_unknown`. */
export function findTarget(profileName: string, poolName: string, place: Place): Target {
  const profile = loadProfile(profileName, place);
  const pool = Object.hasOwn(profile.pools, poolName) ? profile.pools[poolName] : undefined;
  if (pool) return { profileName, profile, poolName, pool };
  throw new Failure('usage', 'pool_unknown', {
    message: `Profile ${profileName} has no pool ${JSON.stringify(poolName)}; it has ${Object.keys(profile.pools).join(', ')}.`,
    hint: 'Name one of them with --pool.',
  });
}

function invalid(from: string, problems: string[]) {
  return new Failure('unexpected', 'profile_invalid', {
    message: `The profile in ${from} can't be used: ${problems.join('; ')}.`,
    hint: 'Write it anew: `npm start` for local, terraform output -json profile | pizza profile add NAME for another.',
  });
}
