import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../command-line.js';
import { Failure } from '../failure.js';
import type { StateLocation } from '../runtime.js';
import { withLock } from '../state/lock.js';
import { readPrivateFile, writePrivateFile } from '../state/private-file.js';
import { loginLine, otherPoolFlags, type Target } from '../state/profiles.js';
import { stateDirectory } from '../state/state-directory.js';
import { machineNameOf, type Session } from './session.js';

/** The sessions of one client of one pool of one profile, as they are stored. */
export interface StoredSessions {
  readonly version: 1;
  /** The user of the last sign-in, whose tokens are used unless --user names another. */
  readonly current: string | null;
  readonly sessions: readonly Session[];
}

const NO_SESSIONS: StoredSessions = { version: 1, current: null, sessions: [] };

/** A new pool or client has a new file, so that tokens of one are never used for another. */
export function sessionFile({ profileName, poolName, pool }: Target, location: StateLocation): string {
  return join(stateDirectory(location), 'tokens', profileName, `${poolName}.${pool.userPoolId}.${pool.clientId}.json`);
}

/** Throws `state_damaged`, or as `readPrivateFile` does. */
export function readSessions(target: Target, location: StateLocation): StoredSessions {
  const path = sessionFile(target, location);
  const json = readPrivateFile(path, location);
  if (json === undefined) return NO_SESSIONS;
  try {
    const stored = JSON.parse(json) as StoredSessions;
    if (stored.version === 1 && Array.isArray(stored.sessions) && stored.sessions.every(isSession)) return stored;
  } catch {
    // Thrown below, as for any other damage.
  }
  throw new Failure('unexpected', 'state_damaged', {
    message: `${path} holds no readable tokens: it is damaged, or of another version. It was left as it is.`,
    hint: `Move it away and sign in again: mv '${path}' '${path}.old' && ${commandLine('login')}`,
  });
}

function isSession(value: unknown): boolean {
  const { user, username, accessToken, idToken, refreshToken, obtainedAt, expiresAt, publicClientId } = (value ??
    {}) as Session;
  return (
    [user, accessToken].every((text) => typeof text === 'string') &&
    [username, idToken, refreshToken].every((text) => typeof text === 'string' || text === null) &&
    ['string', 'undefined'].includes(typeof publicClientId) &&
    [obtainedAt, expiresAt?.access, expiresAt?.id].every((time) => typeof time === 'number')
  );
}

/** Changes the stored sessions under a lock: `change` gets the present ones, and returns new ones if anything changed. */
export async function updateSessions(
  target: Target,
  location: StateLocation,
  change: (stored: StoredSessions) => Promise<StoredSessions | undefined>,
): Promise<void> {
  const path = sessionFile(target, location);
  await withLock(`${path}.lock`, async () => {
    const changed = await change(readSessions(target, location));
    if (changed?.sessions.length === 0) rmSync(path, { force: true });
    else if (changed) writePrivateFile(path, `${JSON.stringify(changed)}\n`);
  });
}

/** Replaces the user's session. */
export function withSession(stored: StoredSessions, session: Session): StoredSessions {
  return { ...stored, sessions: [session, ...stored.sessions.filter(({ user }) => user !== session.user)] };
}

export function withoutUser(stored: StoredSessions, removed: string): StoredSessions {
  const sessions = stored.sessions.filter(({ user }) => user !== removed);
  return { ...stored, current: stored.current === removed ? null : stored.current, sessions };
}

/** The user's session, or that of the last sign-in. Throws `not_signed_in`. */
export function chooseSession(stored: StoredSessions, user: string | undefined, target: Target): Session {
  const wanted = user ?? stored.current;
  const found = stored.sessions.find((session) => session.user === wanted);
  if (found) return found;
  const others = stored.sessions.map((session) => session.user).filter((name) => machineNameOf(name) === undefined);
  const otherPools = otherPoolFlags(target);
  const choices = [
    loginLine(user, target),
    ...(others.length > 0 ? [`choose a user with --user ${others.join(' or --user ')}`] : []),
    ...(otherPools ? [`another pool with ${otherPools}`] : []),
  ];
  throw new Failure('signInFirst', 'not_signed_in', {
    message: `${user ? `${user} is` : 'You are'} not signed in to pool ${target.poolName} of profile ${target.profileName}: no tokens are stored.`,
    hint: choices.join(', or '),
  });
}
