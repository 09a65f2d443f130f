import { Problem } from '../http/problem.js';

const REALM = 'Bearer realm="pizza-api"';

/** RFC 6750 section 3. Every value is a constant of ours or a scope name, so no input can break out of the quotes. */
function challenge(error: string, description: string, scopes: readonly string[] = []) {
  const scope = scopes.length > 0 ? `, scope="${scopes.join(' ')}"` : '';
  return { 'WWW-Authenticate': `${REALM}, error="${error}", error_description="${description}"${scope}` };
}

function invalid(detail: string, code = 'token_invalid') {
  return new Problem({ status: 401, code, detail, headers: challenge('invalid_token', detail) });
}

/** RFC 6750 section 3.1: without credentials the challenge carries no error. */
export const tokenMissing = new Problem({
  status: 401,
  code: 'token_missing',
  detail: 'Send a token of a user pool that this API trusts: "Authorization: Bearer TOKEN".',
  headers: { 'WWW-Authenticate': REALM },
});

const oneHeader = 'Send one Authorization header holding one Bearer token.';
export const requestMalformed = new Problem({
  status: 400,
  code: 'request_malformed',
  detail: oneHeader,
  headers: challenge('invalid_request', oneHeader),
});

export const tokenTooLong = invalid('The token is longer than 8 KB.');
export const tokenMalformed = invalid('The token is not a well-formed JWT: send it as Cognito issued it, unchanged.');
export const headerNotAllowed = invalid('The header of the token asks for what this API does not accept.');
export const issuerUnknown = invalid('The token comes from an issuer that this API does not trust.');
export const signatureInvalid = invalid('The signature of the token does not verify with the keys of its issuer.');
export const claimsMalformed = invalid('The token lacks a claim that this API needs, or a claim has a wrong form.');
export const clientUnknown = invalid('The token was issued to a client that this API does not know.');
export const tokenUseNotAllowed = invalid('The token is of a kind (token_use) that this API does not accept here.');
export const tokenExpired = invalid('The token has expired: sign in again, or refresh it.', 'token_expired');
export const tokenNotYetValid = invalid('The token is not valid yet: compare clocks.', 'token_not_yet_valid');

/** The caller's token may be good, but nobody can tell now: an outage is never called 401. */
export const keysUnavailable = new Problem({
  status: 503,
  code: 'keys_unavailable',
  detail: 'The signing keys of the issuer cannot be had at the moment: try again soon.',
  headers: { 'Retry-After': '1' },
});

/** RFC 6750 section 3.1; `scopes` names what a token of the caller's own pool could carry to be let in. */
export function notAllowed(scopes: readonly string[]) {
  const detail = 'The token is valid, but its holder may not call this route.';
  return new Problem({
    status: 403,
    code: 'not_allowed',
    detail,
    headers: challenge('insufficient_scope', detail, scopes),
  });
}
