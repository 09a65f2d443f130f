import type { Context } from '../../context.js';
import { sessionOf } from '../../sign-in/sessions.js';
import { authenticateClient, readForm, takeFrom } from './client.js';
import { OAuthError } from './oauth-error.js';

/**
 * `/oauth2/revoke`, RFC 7009: ends the session of a refresh token. A token that is unknown or revoked already is no
 * error. Throws OAuthError.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
 */
export function revokeToken(context: Context, authorization: string | undefined, body: string): void {
  const form = readForm(body);
  const token = takeFrom(form, 'token');
  const { pool, client } = authenticateClient(context, authorization, form);
  if (!client.revocable) throw new OAuthError('invalid_request', 'Revocation is not enabled for this client.');
  if (token.split('.').length === 3) throw new OAuthError('unsupported_token_type', 'The token is no refresh token.');
  const session = sessionOf(pool, token);
  if (session && session.clientId !== client.id)
    throw new OAuthError('invalid_request', 'The token was issued to another client.');
  if (session) session.revoked = true;
}
