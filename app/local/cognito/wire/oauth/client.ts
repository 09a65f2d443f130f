import { findClient, type Context } from '../../context.js';
import { isSecretOf } from '../../sign-in/secret-hash.js';
import { OAuthError } from './oauth-error.js';

/** The parameters of a form; throws OAuthError for one that is given twice (RFC 6749 section 3.2). */
export type Form = ReadonlyMap<string, string>;

export function readForm(body: string): Form {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) throw new OAuthError('invalid_request', 'A parameter is given twice.');
    form.set(name, value);
  }
  return form;
}

/** Throws OAuthError where the parameter is missing or empty. */
export function takeFrom(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined || value === '') throw new OAuthError('invalid_request', `${name} is missing.`);
  return value;
}

/**
 * The client of a request and its pool: client_secret_basic or client_secret_post, not both (RFC 6749 section 2.3), and
 * for a client without a secret its id alone. Throws OAuthError.
 */
export function authenticateClient(context: Context, authorization: string | undefined, form: Form) {
  const [id, secret] =
    authorization === undefined ? [form.get('client_id'), form.get('client_secret')] : basic(authorization);
  if (authorization !== undefined && form.has('client_secret'))
    throw new OAuthError('invalid_request', 'The client authenticates in two ways.');
  const found = id === undefined ? undefined : findClient(context, id);
  if (!found || !isSecretOf(found.client, secret))
    throw new OAuthError('invalid_client', 'Client id or secret is wrong or missing.');
  return found;
}

function basic(authorization: string): [id?: string, secret?: string] {
  const encoded = /^Basic +(?<encoded>[A-Za-z0-9+/]+=*)$/iu.exec(authorization)?.groups?.['encoded'] ?? '';
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(':', 2);
  return id === undefined || secret === undefined ? [] : [decode(id), decode(secret)];
}

/** RFC 6749 section 2.3.1: each is form-encoded before the two are joined. */
const decode = (text: string) => new URLSearchParams(`value=${text}`).get('value') ?? '';
