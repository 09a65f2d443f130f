import { join } from 'node:path';
import { Failure } from '../failure.js';
import { readPrivateFile } from '../state/private-file.js';
import { loginCommand, type Place, type Target } from '../state/profiles.js';
import { stateDirectory } from '../state/state-directory.js';

/** The tokens of one sign-in. */
export interface Session {
  /** The name that was typed, or MACHINE. */
  readonly user: string;
  /** The internal name, which the secret hash of a renewal is made with; null for a machine. */
  readonly username: string | null;
  readonly accessToken: string;
  readonly idToken: string | null;
  readonly refreshToken: string | null;
  /** Milliseconds since 1970 by this machine's clock, which may be wrong and then is wrong throughout. */
  readonly obtainedAt: number;
  readonly expiresAt: { readonly access: number; readonly id: number };
}

/** Stands for the user's name where a machine signed in: no user's name has a space (API reference, UsernameType). */
export const MACHINE = 'machine client';

/** The sign-ins that are kept for one client of one pool of one profile. */
export interface Kept {
  readonly version: 1;
  /** Whose tokens are used unless --user says otherwise. */
  readonly current: string | null;
  readonly sessions: readonly Session[];
}

export const NOTHING: Kept = { version: 1, current: null, sessions: [] };

/** A new pool or client has a new file: tokens of the one are never offered to the other. */
export function sessionPath({ profileName, poolName, pool }: Target, place: Place): string {
  return join(stateDirectory(place), 'tokens', profileName, `${poolName}.${pool.userPoolId}.${pool.clientId}.json`);
}

/** Throws `state_damaged`, or as `readPrivateFile` does. */
export function readKept(path: string, place: Place): Kept {
  const json = readPrivateFile(path, place);
  if (json === undefined) return NOTHING;
  try {
    const kept = JSON.parse(json) as Kept;
    if (kept.version === 1 && Array.isArray(kept.sessions) && kept.sessions.every(isSession)) return kept;
  } catch {
    // Answered below, like any other damage.
  }
  throw new Failure('unexpected', 'state_damaged', {
    message: `${path} does not hold kept tokens: it is damaged, or of another version. It was left as it is.`,
    hint: `Move it away and sign in again: mv '${path}' '${path}.old' && pizza login`,
  });
}

function isSession(value: unknown): boolean {
  const { user, username, accessToken, idToken, refreshToken, obtainedAt, expiresAt } = (value ?? {}) as Session;
  return (
    [user, accessToken].every((text) => typeof text === 'string') &&
    [username, idToken, refreshToken].every((text) => typeof text === 'string' || text === null) &&
    [obtainedAt, expiresAt?.access, expiresAt?.id].every((moment) => typeof moment === 'number')
  );
}

/** The session to use. Throws `not_signed_in`. */
export function chooseSession(kept: Kept, user: string | undefined, target: Target): Session {
  const wanted = user ?? kept.current;
  const found = kept.sessions.find((session) => session.user === wanted);
  if (found) return found;
  const others = kept.sessions.map((session) => session.user).filter((name) => name !== MACHINE);
  const login = loginCommand(user ?? '', target);
  throw new Failure('signInFirst', 'not_signed_in', {
    message: `${user ? `${user} is` : 'You are'} not signed in to pool ${target.poolName} of profile ${target.profileName}: no tokens are kept.`,
    hint: others.length > 0 ? `${login}, or name who is: --user ${others.join(' or --user ')}` : login,
  });
}

export type Use = 'access' | 'id';

/** A clock that was set back since makes every moment doubtful, and the token one to renew. */
export function hasLeft({ obtainedAt, expiresAt }: Session, use: Use, milliseconds: number, now: number): boolean {
  return obtainedAt <= now && expiresAt[use] - now > milliseconds;
}

/** Throws `no_id_token`: a machine is nobody. */
export function tokenOf(session: Session, use: Use): string {
  if (use === 'access') return session.accessToken;
  if (session.idToken !== null) return session.idToken;
  throw new Failure('usage', 'no_id_token', {
    message: 'A machine has no ID token: client credentials give an access token alone.',
    hint: 'Leave out --id.',
  });
}
