import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { userBySub } from '../users/directory.js';
import { CognitoError, notAuthorized } from '../errors.js';
import { makeRoom } from '../user-sessions/tracking.js';
import type { Client, Pool, Session, User } from '../state/state.js';

/** The hash of a long random secret, which needs no salt. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');

type AuthorizedFor = Pick<Session, 'scopes' | 'resource'> & Partial<Pick<Session, 'authTimeSeconds'>>;

/**
 * Opens a session for a user who has authenticated, by default just now, with a refresh token, of which only the hash is
 * stored.
 */
export function openSession(context: Context, pool: Pool, client: Client, user: User, details: AuthorizedFor = {}) {
  const now = context.now();
  removeExpired(pool, now);
  makeRoom(pool, user, now);
  const eventId = randomUUID();
  const refreshToken = `${eventId}.${randomBytes(64).toString('base64url')}`;
  const refreshUntil = now + client.lifetimes.refresh * 1000;
  const session: Session = {
    eventId,
    originJti: randomUUID(),
    sub: user.sub,
    clientId: client.id,
    refreshHash: hashOf(refreshToken),
    authTimeSeconds: Math.floor(now / 1000),
    ...details,
    refreshUntil,
    forgetAt: Math.max(refreshUntil, lastExpiry(client, now)),
    revoked: false,
    ...(pool.sessionTracking?.enabled === true && { tracked: true }),
  };
  pool.sessions.set(eventId, session);
  return { session, refreshToken };
}

/** The session that a refresh token belongs to, or belonged to before it was rotated. */
export function sessionOf(pool: Pool, refreshToken: string): Session | undefined {
  const session = pool.sessions.get(refreshToken.split('.', 1)[0] ?? '');
  const hash = hashOf(refreshToken);
  return session?.refreshHash === hash || rotation(session, hash) ? session : undefined;
}

/**
 * The session and the user of a refresh token of this client. Throws NotAuthorizedException, and
 * RefreshTokenReuseException where the token was rotated and its grace period is over.
 */
export function findSession(context: Context, pool: Pool, client: Client, refreshToken: string) {
  const session = sessionOf(pool, refreshToken);
  const user = session && userBySub(pool, session.sub);
  if (!user || session.clientId !== client.id) throw notAuthorized('Invalid Refresh Token');
  const rotated = rotation(session, hashOf(refreshToken));
  if (rotated && context.now() >= rotated.until)
    throw new CognitoError('RefreshTokenReuseException', 'Refresh Token has been replaced by rotation');
  return { session, user };
}

const rotation = (session: Session | undefined, hash: string) =>
  session?.rotated?.find((rotated) => rotated.hash === hash);

/** Extends the session for new tokens. Throws NotAuthorizedException when it is revoked or expired. */
export function renewSession(context: Context, client: Client, user: User, session: Session): void {
  const now = context.now();
  if (!user.enabled) throw notAuthorized('User is disabled.');
  if (session.revoked) throw notAuthorized('Refresh Token has been revoked');
  if (now >= session.refreshUntil) throw notAuthorized('Refresh Token has expired');
  session.activeAt = now;
  session.forgetAt = Math.max(session.forgetAt, lastExpiry(client, now));
}

/** Signs a user out everywhere: the refresh tokens and the access tokens of every session are refused from now on. */
export function revokeSessions(pool: Pool, user: User): void {
  for (const session of pool.sessions.values()) if (session.sub === user.sub) session.revoked = true;
}

const lastExpiry = ({ lifetimes }: Client, now: number) => now + Math.max(lifetimes.access, lifetimes.id) * 1000;

function removeExpired(pool: Pool, now: number): void {
  for (const [id, { forgetAt }] of pool.sessions) if (forgetAt <= now) pool.sessions.delete(id);
}
