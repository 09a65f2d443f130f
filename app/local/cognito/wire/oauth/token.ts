import type { Context } from '../../context.js';
import { CognitoError } from '../../errors.js';
import { exchangeCode } from '../../managed-login/code-exchange.js';
import { mayRefresh } from '../../sign-in/flows.js';
import { refreshTokens } from '../../sign-in/refresh.js';
import { signMachineToken } from '../../sign-in/tokens.js';
import type { Client, Pool } from '../../state/state.js';
import { authenticateClient, readForm, takeFrom, type Form } from './client.js';
import { OAuthError } from './oauth-error.js';

/**
 * `/oauth2/token`: tokens for an authorization code, a refresh token or a machine's credentials. Throws OAuthError.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export async function issueTokens(context: Context, authorization: string | undefined, body: string): Promise<object> {
  const form = readForm(body);
  const { pool, client } = authenticateClient(context, authorization, form);
  const grant = takeFrom(form, 'grant_type');
  if (grant === 'authorization_code') return tokenResponse(await exchangeCode(context, pool, client, form));
  if (grant === 'client_credentials') return machineTokens(context, pool, client, form);
  if (grant === 'refresh_token') return refreshedTokens(context, pool, client, form);
  throw new OAuthError(
    'unsupported_grant_type',
    `The local Cognito emulator lacks the grant type ${grant.slice(0, 64)}; it has authorization_code, client_credentials and refresh_token.`,
  );
}

interface Tokens {
  AccessToken: string;
  IdToken?: string;
  RefreshToken?: string;
  ExpiresIn: number;
  TokenType: string;
}

/** RFC 6749 section 5.1. */
const tokenResponse = ({ AccessToken, IdToken, RefreshToken, ExpiresIn, TokenType }: Tokens) => ({
  access_token: AccessToken,
  ...(IdToken !== undefined && { id_token: IdToken }),
  ...(RefreshToken !== undefined && { refresh_token: RefreshToken }),
  expires_in: ExpiresIn,
  token_type: TokenType,
});

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
    return tokenResponse(await refreshTokens(context, pool, client, refreshToken));
  } catch (error) {
    if (error instanceof CognitoError) throw new OAuthError('invalid_grant', error.message);
    throw error;
  }
}
