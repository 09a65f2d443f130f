import { randomBytes } from 'node:crypto';
import type { Context } from '../context.js';
import { notAuthorized } from '../errors.js';
import { hashOf } from './sessions.js';
import type { Client, Pool, User } from '../state/state.js';

/** A session string for a challenge: good once, for the client's time (3 minutes), for this user and client. */
export function openChallenge(context: Context, pool: Pool, client: Client, user: User): string {
  const now = context.now();
  for (const [hash, { expiresAt }] of pool.challenges) if (expiresAt <= now) pool.challenges.delete(hash);
  const session = randomBytes(96).toString('base64url');
  pool.challenges.set(hashOf(session), {
    sub: user.sub,
    clientId: client.id,
    expiresAt: now + client.challengeMinutes * 60_000,
  });
  return session;
}

/** Throws NotAuthorizedException unless the session is this user's and client's and still good. */
export function checkChallenge(context: Context, pool: Pool, client: Client, user: User, session: string): void {
  const challenge = pool.challenges.get(hashOf(session));
  if (!challenge || challenge.sub !== user.sub || challenge.clientId !== client.id)
    throw notAuthorized('Invalid session for the user.');
  if (challenge.expiresAt <= context.now()) throw notAuthorized('Invalid session for the user, session is expired.');
}

export function closeChallenge(pool: Pool, session: string): void {
  pool.challenges.delete(hashOf(session));
}
