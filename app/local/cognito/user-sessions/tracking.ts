import { createHash } from 'node:crypto';
import { CognitoError } from '../errors.js';
import type { Pool, Session, User } from '../state/state.js';

/** Throws OperationNotEnabledException where the pool doesn't track sessions. */
export function checkTracking(pool: Pool): void {
  if (pool.sessionTracking?.enabled !== true)
    throw new CognitoError('OperationNotEnabledException', 'Session tracking is not enabled for the user pool.');
}

/** The SessionId of a token session: 28 characters, the same at every listing. */
export const sessionIdOf = ({ eventId }: Session) =>
  `tkn${createHash('sha256').update(eventId).digest('hex').slice(0, 25)}`;

/** When the session was opened or last refreshed. */
export const lastActive = ({ activeAt, authTimeSeconds }: Session) => activeAt ?? authTimeSeconds * 1000;

/** The user's sessions that are tracked and neither revoked nor expired, the last used first. */
export const activeSessions = (pool: Pool, { sub }: User, now: number): Session[] =>
  [...pool.sessions.values()]
    .filter((session) => session.sub === sub && session.tracked && !session.revoked && session.refreshUntil > now)
    .sort((a, b) => lastActive(b) - lastActive(a));

/** Revokes the sessions that were used least recently, so that the user may have one more. */
export function makeRoom(pool: Pool, user: User, now: number): void {
  if (pool.sessionTracking?.enabled !== true) return;
  for (const session of activeSessions(pool, user, now).slice(pool.sessionTracking.maxPerUser - 1))
    session.revoked = true;
}
