import { randomBytes } from 'node:crypto';
import type { Context } from '../context.js';
import { notAuthorized } from '../errors.js';
import type { Challenge, ChallengeName, Client, Pool, User } from '../state/state.js';
import { hashOf } from './sessions.js';

type Details = Omit<Challenge, 'clientId' | 'expiresAt'>;

/** A session string for a challenge: valid for this user and client, for as long as the client says (3 minutes). */
export function openChallenge(
  context: Context,
  pool: Pool,
  client: Client,
  user: User | undefined,
  name: ChallengeName,
  details: Omit<Details, 'sub' | 'name'> = {},
): string {
  const session = randomBytes(96).toString('base64url');
  storeChallenge(context, pool, client, session, { ...details, sub: user?.sub ?? '', name });
  return session;
}

/** Stores a challenge under a secret that the client sends back; only the secret's hash is stored. */
export function storeChallenge(context: Context, pool: Pool, client: Client, secret: string, details: Details): void {
  const now = context.now();
  for (const [hash, { expiresAt }] of pool.challenges) if (expiresAt <= now) pool.challenges.delete(hash);
  const expiresAt = now + client.challengeMinutes * 60_000;
  pool.challenges.set(hashOf(secret), { ...details, clientId: client.id, expiresAt });
}

/** Throws NotAuthorizedException unless the session is this user's, client's and challenge's and has not expired. */
export function challengeOf(
  context: Context,
  pool: Pool,
  client: Client,
  user: User | undefined,
  name: ChallengeName,
  session: string,
): Challenge {
  const challenge = pool.challenges.get(hashOf(session));
  // The previous version stored no name: its only challenge was this one.
  const stored = challenge?.name ?? 'NEW_PASSWORD_REQUIRED';
  if (!challenge || challenge.sub !== (user?.sub ?? '') || challenge.clientId !== client.id || stored !== name)
    throw notAuthorized('Invalid session for the user.');
  if (challenge.expiresAt <= context.now()) throw notAuthorized('Invalid session for the user, session is expired.');
  return challenge;
}

export function closeChallenge(pool: Pool, secret: string): void {
  pool.challenges.delete(hashOf(secret));
}
