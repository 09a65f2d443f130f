import type { Context } from '../../context.js';
import { CognitoError } from '../../errors.js';
import { mayRefresh } from '../../sign-in/flows.js';
import { refreshTokens } from '../../sign-in/refresh.js';
import { signMachineToken } from '../../sign-in/tokens.js';
import type { Client, Pool } from '../../state/state.js';
import { authenticateClient, readForm, takeFrom, type Form } from './client.js';
import { OAuthError } from './oauth-error.js';

/**
 * `/oauth2/token`: tokens for a machine's credentials or for a refresh token. Throws OAuthError.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export async function issueTokens(context: Context, authorization: string | undefined, body: string): Promise<object> {
  const form = readForm(body);
  const { pool, client } = authenticateClient(context, authorization, form);
  const grant = takeFrom(form, 'grant_type');
  if (grant === 'client_credentials') return machineTokens(context, pool, client, form);
  if (grant === 'refresh_token') return refreshedTokens(context, pool, client, form);
  throw new OAuthError(
    'unsupported_grant_type',
    `The local Cognito emulator lacks the grant type ${grant.slice(0, 64)}; it has client_credentials and refresh_token.`,
  );
}

/** RFC 6749 section 4.4: all of the client's scopes, or those that it asks for. */
async function machineTokens(context: Context, pool: Pool, client: Client, form: Form) {
  if (!client.clientCredentials)
    throw new OAuthError('unauthorized_client', 'The client may not use client_credentials.');
  const requested = form.get('scope')?.split(' ').filter(Boolean) ?? [];
  if (requested.some((scope) => !client.scopes.includes(scope)))
    throw new OAuthError('invalid_scope', 'The client is not allowed that scope.');
  const scope = (requested.length > 0 ? requested : client.scopes).join(' ');
  const access_token = await signMachineToken(context, pool, client, scope);
  return { access_token, expires_in: client.lifetimes.access, token_type: 'Bearer' };
}

/** RFC 6749 section 6; a refresh token is returned only where it is rotated. */
async function refreshedTokens(context: Context, pool: Pool, client: Client, form: Form) {
  const refreshToken = takeFrom(form, 'refresh_token');
  if (!mayRefresh(client)) throw new OAuthError('unauthorized_client', 'The client may not refresh tokens.');
  try {
    const tokens = await refreshTokens(context, pool, client, refreshToken);
    return {
      access_token: tokens.AccessToken,
      id_token: tokens.IdToken,
      ...(tokens.RefreshToken !== undefined && { refresh_token: tokens.RefreshToken }),
      expires_in: tokens.ExpiresIn,
      token_type: tokens.TokenType,
    };
  } catch (error) {
    if (error instanceof CognitoError) throw new OAuthError('invalid_grant', error.message);
    throw error;
  }
}
