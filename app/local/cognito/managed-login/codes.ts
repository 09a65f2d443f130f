import { randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { hashOf } from '../sign-in/sessions.js';
import type { AuthorizationCode, Pool, User } from '../state/state.js';
import type { AuthorizationRequest } from './authorization-request.js';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
const LIFETIME_MS = 5 * 60_000;

/** A code for the user, good for 5 minutes and one exchange; only its hash is stored. */
export function issueCode(
  context: Context,
  { pool, client, redirectUri, scopes, challenge, nonce, resource }: AuthorizationRequest,
  { sub }: User,
  authTimeSeconds: number,
): string {
  const code = randomUUID();
  const now = context.now();
  const codes = (pool.authorizationCodes ??= new Map<string, AuthorizationCode>());
  for (const [hash, { expiresAt }] of codes) if (expiresAt <= now) codes.delete(hash);
  codes.set(hashOf(code), {
    sub,
    clientId: client.id,
    redirectUri,
    scopes,
    ...(challenge !== undefined && { challenge }),
    ...(nonce !== undefined && { nonce }),
    ...(resource !== undefined && { resource }),
    authTimeSeconds,
    expiresAt: now + LIFETIME_MS,
  });
  return code;
}

/** What a code was issued for, used or not; undefined once it has expired. */
export function findCode(context: Context, pool: Pool, code: string): AuthorizationCode | undefined {
  const found = pool.authorizationCodes?.get(hashOf(code));
  return found && context.now() < found.expiresAt ? found : undefined;
}
