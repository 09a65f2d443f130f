import { join, resolve } from 'node:path';
import { access } from '../../api/access.js';
import type { ProfilePool } from '../../platform/contract/profile.js';
import { commandLine, importLine } from '../command-line.js';
import { Failure, usageError } from '../failure.js';
import type { StateLocation } from '../runtime.js';
import { hostProblems, signInHosts } from './hosts.js';
import { readPrivateFile } from './private-file.js';
import { NAME, profileProblems, type StoredProfile } from './profile-format.js';
import { stateDirectory } from './state-directory.js';

/** The profile that `npm start` writes. */
export const LOCAL = 'local';

/** The pool that commands use unless --pool names another: the first that is declared. */
export function defaultPool(): string {
  return Object.keys(access.document)[0] ?? '';
}

/** The pool of a profile that a command works on. */
export interface Target {
  readonly profileName: string;
  readonly profile: StoredProfile;
  readonly poolName: string;
  readonly pool: ProfilePool;
}

/** The flags that name a target, for a line that is printed; none for the defaults. */
export function targetFlags({ profileName, poolName }: Pick<Target, 'profileName' | 'poolName'>): string[] {
  return [
    ...(poolName === defaultPool() ? [] : ['--pool', poolName]),
    ...(profileName === LOCAL ? [] : ['--profile', profileName]),
  ];
}

/** The line that signs `user` in to a target. */
export function loginLine(user: string | undefined, target: Target): string {
  return commandLine('login', user, ...targetFlags(target));
}

/** The flags that name the profile's other pools, for a line that is printed; undefined if there is none. */
export function otherPoolFlags({ profile, poolName }: Target): string | undefined {
  const others = Object.keys(profile.pools).filter((name) => name !== poolName);
  return others.length > 0 ? others.map((name) => `--pool ${name}`).join(' or ') : undefined;
}

/** The line that does something to a user of a target's pool, such as `enable`. */
export function userLine(subcommand: string, user: string, target: Pick<Target, 'profileName' | 'poolName'>): string {
  return commandLine('user', subcommand, user, ...targetFlags(target));
}

/** The directory of the profile `local` and its machine clients. */
export function localDirectory({ cwd, env }: StateLocation): string {
  return resolve(cwd, env['LOCAL_DIR'] || '.local');
}

/** Where a profile is stored. Throws the Failure `usage` for a name that no profile can have. */
export function profilePath(name: string, location: StateLocation): string {
  return profileFile(name, { local: 'profile.json', other: `${name}.json` }, location);
}

/** Where a profile's machine clients are stored: beside the profile, whose name has no dot. */
export function machinesPath(name: string, location: StateLocation): string {
  return profileFile(name, { local: 'machines.json', other: `${name}.machines.json` }, location);
}

function profileFile(name: string, file: { local: string; other: string }, location: StateLocation): string {
  if (name === LOCAL) return join(localDirectory(location), file.local);
  if (NAME.test(name)) return join(stateDirectory(location), 'profiles', file.other);
  throw usageError(
    `${JSON.stringify(name)} can't be the name of a profile.`,
    'Use letters, digits, - and _, such as cloud.',
  );
}

/** A checked profile; `source` says where the JSON is from. Throws `profile_invalid` with every problem, and `host_unknown`. */
export function parseProfile(json: string, { source, name }: { source: string; name: string }): StoredProfile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid(source, ['it is not JSON'], name);
  }
  const problems = profileProblems(value);
  if (problems.length > 0) throw invalid(source, problems, name);
  return value as StoredProfile;
}

/** Throws `host_unknown` if passwords, secrets or key look-ups would go to a host that nobody vouched for. */
export function assertHosts(problems: readonly string[], { source, name }: { source: string; name: string }): void {
  if (problems.length === 0) return;
  throw new Failure('unexpected', 'host_unknown', {
    message: `${source}: ${problems.join('; ')}.`,
    hint:
      name === LOCAL
        ? 'Restart `npm start`, which writes the profile.'
        : `If you trust it, import the profile again with --allow-host: ${commandLine('profile', 'add', name, '--allow-host', 'HOST')}`,
  });
}

/** Throws `profile_missing`, `profile_invalid` or `host_unknown`. */
export function loadProfile(name: string, location: StateLocation): StoredProfile {
  const path = profilePath(name, location);
  const json = readPrivateFile(path, location);
  if (json === undefined) {
    throw new Failure('unexpected', 'profile_missing', {
      message: `There is no profile ${name}: ${path} does not exist.`,
      hint:
        name === LOCAL
          ? 'Run `npm start` in another terminal, or name another profile with --profile.'
          : importLine(name),
    });
  }
  const profile = parseProfile(json, { source: path, name });
  // The profile `local` comes from the current directory, which may be anybody's.
  const allowedHosts = name === LOCAL ? [] : (profile.allowedHosts ?? []);
  assertHosts(hostProblems(signInHosts(profile), allowedHosts), { source: path, name });
  return profile;
}

/** Throws as `loadProfile` does, and `pool_unknown`. */
export function findTarget(profileName: string, poolName: string, location: StateLocation): Target {
  const profile = loadProfile(profileName, location);
  const pool = Object.hasOwn(profile.pools, poolName) ? profile.pools[poolName] : undefined;
  if (pool) return { profileName, profile, poolName, pool };
  throw new Failure('usage', 'pool_unknown', {
    message: `Profile ${profileName} has no pool ${JSON.stringify(poolName)}; its pools are ${Object.keys(profile.pools).join(', ')}.`,
    hint: 'Name one of them with --pool.',
  });
}

function invalid(source: string, problems: string[], name: string) {
  return new Failure('unexpected', 'profile_invalid', {
    message: `The profile in ${source} is invalid: ${problems.join('; ')}.`,
    hint: renewProfileHint(name),
  });
}

/** How a profile that is wrong or out of date is replaced. */
export function renewProfileHint(name: string): string {
  return name === LOCAL
    ? 'Restart `npm start`, which writes the profile.'
    : `Import the profile again: ${importLine(name)}`;
}
