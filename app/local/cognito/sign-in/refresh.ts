import { createHmac, randomBytes } from 'node:crypto';
import type { Context } from '../context.js';
import type { Client, Pool, Session } from '../state/state.js';
import { findSession, hashOf, renewSession } from './sessions.js';
import { signUserTokens } from './tokens.js';

/** Replaced refresh tokens that a session knows; one that is older is unknown. */
const MAX_ROTATED = 20;

/**
 * New tokens for a refresh token, and its successor where the client rotates refresh tokens. Throws
 * NotAuthorizedException, RefreshTokenReuseException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
export async function refreshTokens(context: Context, pool: Pool, client: Client, refreshToken: string) {
  const { session, user } = findSession(context, pool, client, refreshToken);
  renewSession(context, client, user, session);
  const RefreshToken =
    client.rotation && successorOf(session, refreshToken, context.now() + client.rotation.graceSeconds * 1000);
  const tokens = await signUserTokens(context, pool, client, user, session, {
    source: 'TokenGeneration_RefreshTokens',
  });
  return { ...tokens, ...(RefreshToken !== undefined && { RefreshToken }) };
}

/** The next refresh token of the session, valid for as long as the first one. A retry receives the same one again. */
function successorOf(session: Session, refreshToken: string, graceUntil: number): string {
  session.rotationSecret ??= randomBytes(32).toString('base64url');
  const next = createHmac('sha512', session.rotationSecret).update(refreshToken).digest('base64url');
  const successor = `${session.eventId}.${next}`;
  const hash = hashOf(refreshToken);
  if (hash === session.refreshHash) {
    session.rotated = [...(session.rotated ?? []), { hash, until: graceUntil }].slice(-MAX_ROTATED);
    session.refreshHash = hashOf(successor);
  }
  return successor;
}
