import { Problem } from '../http/problem.js';

/** RFC 6750 section 3. Every value is a constant of ours or a scope name, so no input can break out of the quotes. */
function challenge(error: string, description: string, scopes: readonly string[] = []) {
  const scope = scopes.length > 0 ? `, scope="${scopes.join(' ')}"` : '';
  return `error="${error}", error_description="${description}"${scope}`;
}

function badRequest(reason: string) {
  const detail = 'Send one Authorization header with one Bearer token.';
  const code = 'request_malformed';
  return new Problem({ status: 400, code, detail, reason, challenge: challenge('invalid_request', detail) });
}

function unauthorized(reason: string, detail: string, code = 'token_invalid') {
  return new Problem({ status: 401, code, detail, reason, challenge: challenge('invalid_token', detail) });
}

/** RFC 6750 section 3.1: without credentials the challenge carries no error. */
export const tokenMissing = new Problem({
  status: 401,
  code: 'token_missing',
  detail: 'Send a token of a user pool that this API trusts: "Authorization: Bearer TOKEN".',
  reason: 'no_bearer_token',
  challenge: '',
});

export const requestMalformed = badRequest('authorization_malformed');
export const credentialsRepeated = badRequest('authorization_repeated');

export const tokenTooLong = unauthorized('too_long', 'The token is longer than 8 KB.');

const notAsIssued = 'The token is not a JWT as Cognito issues it: send it unchanged.';
export const tokenMalformed = unauthorized('malformed', notAsIssued);
export const algorithmNotAllowed = unauthorized('algorithm', notAsIssued);
export const headerNotAllowed = unauthorized('header', notAsIssued);
export const claimsMalformed = unauthorized('claims', notAsIssued);

/** One response for all of these: the difference would help only someone who tries out forged tokens. */
const notTrusted =
  'The token is not from a user pool and a client that this API trusts: sign in with a client of this API.';
export const issuerUnknown = unauthorized('issuer', notTrusted);
export const keyUnknown = unauthorized('key_unknown', notTrusted);
export const signatureInvalid = unauthorized('signature', notTrusted);
export const clientUnknown = unauthorized('client', notTrusted);

export const tokenUseNotAllowed = unauthorized(
  'token_use',
  'This API does not accept this kind of token: send the access token instead of the ID token, or the reverse.',
);
export const tokenExpired = unauthorized(
  'expired',
  'The token has expired: sign in again, or refresh it.',
  'token_expired',
);
export const tokenNotYetValid = unauthorized(
  'not_yet_valid',
  'The token is not valid yet: check that the clocks of its issuer and of this API agree.',
  'token_not_yet_valid',
);

export const tokenRevoked = unauthorized('revoked', 'The token has been revoked: sign in again.', 'token_revoked');

/** The token may be good, but nobody can tell at the moment: an outage is never reported as 401. */
export const keysUnavailable = new Problem({
  status: 503,
  code: 'keys_unavailable',
  detail: 'The signing keys of the issuer are unavailable at the moment: try again soon.',
  reason: 'keys_unavailable',
  headers: { 'Retry-After': '1' },
});

/** For routes that refuse revoked tokens, as above. */
export const revocationsUnavailable = new Problem({
  status: 503,
  code: 'revocations_unavailable',
  detail: 'Whether the token has been revoked is unknown at the moment: try again soon.',
  reason: 'revocations_unavailable',
  headers: { 'Retry-After': '1' },
});

/** Why no rule admits a valid token; of a claim, with its name. */
export type NotAllowedReason =
  'rule_not_met' | 'pool_not_allowed' | `claim_${'missing' | 'malformed' | 'value'}:${string}`;

/** RFC 6750 section 3.1; `scopes` are those with which a token of the caller's own pool would be admitted. */
export function notAllowed(scopes: readonly string[], reason: NotAllowedReason = 'rule_not_met') {
  const detail = 'The token is valid, but its holder may not call this route.';
  return new Problem({
    status: 403,
    code: 'not_allowed',
    detail,
    reason,
    challenge: challenge('insufficient_scope', detail, scopes),
  });
}
