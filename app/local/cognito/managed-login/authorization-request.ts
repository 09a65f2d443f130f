import { findClient, type Context } from '../context.js';
import { addressProblem } from '../input/addresses.js';
import { customScopes, OPENID_SCOPES } from '../pools/resource-servers.js';
import type { Client, Pool } from '../state/state.js';
import type { Form } from '../wire/oauth/client.js';
import { loginSettings } from './client-settings.js';
import { AuthorizationError, PageError, type ReturnAddress } from './login-error.js';

/** A request for an authorization code that the client may make. */
export interface AuthorizationRequest extends ReturnAddress {
  pool: Pool;
  client: Client;
  scopes: string[];
  /** RFC 7636, S256. */
  challenge?: string | undefined;
  nonce?: string | undefined;
  /** RFC 8707: the audience of the access token. */
  resource?: string | undefined;
  prompts: readonly string[];
  /** The user name to begin with. */
  loginHint: string;
}

/** `consent` asks for nothing: Cognito has no consent page. */
export const PROMPTS = ['none', 'login', 'select_account', 'consent'];

const CHALLENGE = /^[\w-]{43}$/u;

/**
 * Reads the parameters of `/oauth2/authorize`, which `/login` has as well. Throws PageError until client and address are
 * known, then AuthorizationError.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export function readAuthorizationRequest(context: Context, query: Form): AuthorizationRequest {
  const given = (name: string) => query.get(name) || undefined;
  const { pool, client, redirectUri } = readClient(context, given);
  const returnTo = { redirectUri, state: given('state') };
  const { allowsCode } = loginSettings(client);
  const refusal = (code: AuthorizationError['code'], description: string) =>
    new AuthorizationError(code, description, returnTo);

  const responseType = given('response_type');
  if (responseType === undefined) throw refusal('invalid_request', 'response_type is missing.');
  if (responseType !== 'code')
    throw refusal('unsupported_response_type', 'The local Cognito emulator has the response type code alone.');
  if (!allowsCode) throw refusal('unauthorized_client', 'The client may not use the authorization code grant.');

  const challenge = given('code_challenge');
  const method = given('code_challenge_method');
  if ((challenge === undefined) !== (method === undefined))
    throw refusal('invalid_request', 'code_challenge and code_challenge_method belong together.');
  if (method !== undefined && method !== 'S256')
    throw refusal('invalid_request', 'code_challenge_method must be S256.');
  if (challenge !== undefined && !CHALLENGE.test(challenge))
    throw refusal('invalid_request', 'code_challenge must be a SHA-256 hash in base64url: 43 characters.');

  const prompts = given('prompt')?.split(' ') ?? [];
  if (prompts.some((prompt) => !PROMPTS.includes(prompt)))
    throw refusal('invalid_request', `prompt must be one of ${PROMPTS.join(', ')}.`);
  if (prompts.includes('none') && prompts.length > 1)
    throw refusal('invalid_request', 'prompt can not be none and something else.');

  const resource = given('resource');
  const problem = resource === undefined ? undefined : addressProblem(resource);
  if (problem !== undefined) throw refusal('invalid_target', `resource ${problem}.`);
  if ((given('identity_provider') ?? 'COGNITO') !== 'COGNITO' || given('idp_identifier') !== undefined)
    throw refusal('invalid_request', 'The local Cognito emulator lacks sign-in through other identity providers.');

  const scopes = readScopes(pool, client, given('scope'));
  if (!scopes) throw refusal('invalid_scope', 'The client is not allowed that scope.');
  if (!scopes.includes('openid') && scopes.some((scope) => ['email', 'phone', 'profile'].includes(scope)))
    throw refusal('invalid_scope', 'email, phone and profile need openid.');
  const loginHint = given('login_hint') ?? '';
  return { ...returnTo, pool, client, scopes, challenge, nonce: given('nonce'), resource, prompts, loginHint };
}

/** The client, and the address to return to: letter for letter one of its callback addresses. */
function readClient(context: Context, given: (name: string) => string | undefined) {
  const found = findClient(context, given('client_id') ?? '');
  if (!found) throw new PageError('client_id is missing, or no client has it.');
  const { callbackUrls, defaultRedirectUri, allowsPoolUsers } = loginSettings(found.client);
  const redirectUri = given('redirect_uri') ?? defaultRedirectUri;
  if (redirectUri === undefined) throw new PageError('redirect_uri is missing.');
  if (!callbackUrls.includes(redirectUri))
    throw new PageError(
      `redirect_mismatch: the client has no callback address ${redirectUri.slice(0, 256)}. It must be one of its ` +
        'CallbackURLs letter for letter: scheme, host, port, path and query.',
    );
  if (!allowsPoolUsers)
    throw new PageError('Nobody can sign in through this client: its SupportedIdentityProviders lack COGNITO.');
  return { ...found, redirectUri };
}

/** The scopes that are asked for, without repetition, or all of the client's; undefined where one isn't the client's. */
function readScopes(pool: Pool, { scopes }: Client, scope: string | undefined): string[] | undefined {
  const existing = new Set([...OPENID_SCOPES, ...customScopes(pool)]);
  const requested = scope?.split(' ').filter(Boolean) ?? [];
  if (requested.some((name) => !scopes.includes(name) || !existing.has(name))) return undefined;
  return [...new Set(requested.length > 0 ? requested : scopes)];
}
