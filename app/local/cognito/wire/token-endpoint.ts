import { findClient, type Context } from '../context.js';
import { isSecretOf } from '../sign-in/secret-hash.js';
import { signMachineToken } from '../sign-in/tokens.js';

type OAuthErrorCode =
  'invalid_client' | 'invalid_request' | 'invalid_scope' | 'unauthorized_client' | 'unsupported_grant_type';

/** RFC 6749 section 5.2: 401 where the client fails to authenticate, otherwise 400. */
export class OAuthError extends Error {
  override name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly status: 400 | 401;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
    this.status = code === 'invalid_client' ? 401 : 400;
  }
}

/**
 * The client credentials grant, RFC 6749 section 4.4: all of the client's scopes, or those that it asks for.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html; throws OAuthError.
 */
export async function issueMachineToken(context: Context, authorization: string | undefined, body: string) {
  const form = readForm(body);
  const { pool, client } = authenticateClient(context, authorization, form);
  const grant = form.get('grant_type');
  if (grant === undefined) throw new OAuthError('invalid_request', 'grant_type is missing.');
  if (grant !== 'client_credentials')
    throw new OAuthError('unsupported_grant_type', 'The local Cognito emulator supports client_credentials only.');
  if (!client.clientCredentials)
    throw new OAuthError('unauthorized_client', 'The client may not use client_credentials.');

  const requested = form.get('scope')?.split(' ').filter(Boolean) ?? [];
  if (requested.some((scope) => !client.scopes.includes(scope)))
    throw new OAuthError('invalid_scope', 'The client is not allowed that scope.');
  const scope = (requested.length > 0 ? requested : client.scopes).join(' ');
  const access_token = await signMachineToken(context, pool, client, scope);
  return { access_token, expires_in: client.lifetimes.access, token_type: 'Bearer' };
}

function readForm(body: string): Map<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) throw new OAuthError('invalid_request', 'A parameter is given twice.');
    form.set(name, value);
  }
  return form;
}

/** client_secret_basic or client_secret_post, not both: RFC 6749 section 2.3. */
function authenticateClient(context: Context, authorization: string | undefined, form: Map<string, string>) {
  const [id, secret] =
    authorization === undefined ? [form.get('client_id'), form.get('client_secret')] : basic(authorization);
  if (authorization !== undefined && form.has('client_secret'))
    throw new OAuthError('invalid_request', 'The client authenticates in two ways.');
  const found = id === undefined ? undefined : findClient(context, id);
  if (!found || secret === undefined || !isSecretOf(found.client, secret))
    throw new OAuthError('invalid_client', 'Client id or secret is wrong or missing.');
  return found;
}

function basic(authorization: string): [id?: string, secret?: string] {
  const encoded = /^Basic +(?<encoded>[A-Za-z0-9+/]+=*)$/iu.exec(authorization)?.groups?.['encoded'] ?? '';
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(':', 2);
  return id === undefined || secret === undefined ? [] : [id, secret];
}
