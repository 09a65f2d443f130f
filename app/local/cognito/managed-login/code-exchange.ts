import { createHash } from 'node:crypto';
import type { Context } from '../context.js';
import { openSession } from '../sign-in/sessions.js';
import { signUserTokens } from '../sign-in/tokens.js';
import type { Client, Pool } from '../state/state.js';
import { userBySub } from '../users/directory.js';
import { takeFrom, type Form } from '../wire/oauth/client.js';
import { OAuthError } from '../wire/oauth/oauth-error.js';
import { loginSettings } from './client-settings.js';
import { findCode } from './codes.js';

const VERIFIER = /^[\w.~-]{43,128}$/u;

/**
 * Tokens for an authorization code (RFC 6749 section 4.1.3) and its verifier (RFC 7636 section 4.6). A code that is
 * presented a second time ends the session that it was exchanged for. Throws OAuthError.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export async function exchangeCode(context: Context, pool: Pool, client: Client, form: Form) {
  if (!loginSettings(client).allowsCode)
    throw new OAuthError('unauthorized_client', 'The client may not use the authorization code grant.');
  const redirectUri = takeFrom(form, 'redirect_uri');
  const code = findCode(context, pool, takeFrom(form, 'code'));
  if (!code || code.clientId !== client.id) throw invalidGrant('The code does not exist, or has expired.');
  if (code.redirectUri !== redirectUri) throw invalidGrant('redirect_uri is not the one that the code was sent to.');
  checkVerifier(code.challenge, form.get('code_verifier') || undefined);
  if (code.usedBy !== undefined) {
    const session = pool.sessions.get(code.usedBy);
    if (session) session.revoked = true;
    throw invalidGrant('The code was used before; the tokens that were issued for it are revoked.');
  }
  const user = userBySub(pool, code.sub);
  if (!user?.enabled) throw invalidGrant('The user does not exist, or is disabled.');

  const { scopes, resource, authTimeSeconds, nonce } = code;
  const details = { scopes, authTimeSeconds, ...(resource !== undefined && { resource }) };
  const { session, refreshToken } = openSession(context, pool, client, user, details);
  code.usedBy = session.eventId;
  const tokens = await signUserTokens(context, pool, client, user, session, {
    nonce,
    source: 'TokenGeneration_HostedAuth',
  });
  return { ...tokens, RefreshToken: refreshToken };
}

/** A verifier without a challenge is refused as well: somebody has removed the challenge (RFC 9700 section 4.8.2). */
function checkVerifier(challenge: string | undefined, verifier: string | undefined): void {
  if (challenge === undefined && verifier === undefined) return;
  if (challenge === undefined) throw invalidGrant('The code was requested without a code_challenge.');
  const hash = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  if (!VERIFIER.test(verifier ?? '') || hash !== challenge)
    throw invalidGrant('code_verifier does not match the code_challenge.');
}

const invalidGrant = (description: string) => new OAuthError('invalid_grant', description);
