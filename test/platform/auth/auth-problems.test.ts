import { describe, expect, test } from '@jest/globals';
import * as authProblems from '../../../app/platform/auth/auth-problems.js';

const AS_ISSUED = 'The token is not a JWT as Cognito issues it: send it unchanged.';
const NOT_TRUSTED =
  'The token is not from a user pool and a client that this API trusts: sign in with a client of this API.';
const ONE_TOKEN = 'Send one Authorization header with one Bearer token.';

const problems: Omit<typeof authProblems, 'notAllowed'> = authProblems;

describe('what a refusal says to the caller, and the reason that only the log shows', () => {
  test.each<[keyof typeof problems, status: number, code: string, error: string, reason: string, detail: string]>([
    ['requestMalformed', 400, 'request_malformed', 'invalid_request', 'authorization_malformed', ONE_TOKEN],
    ['credentialsRepeated', 400, 'request_malformed', 'invalid_request', 'authorization_repeated', ONE_TOKEN],
    ['tokenTooLong', 401, 'token_invalid', 'invalid_token', 'too_long', 'The token is longer than 8 KB.'],
    ['tokenMalformed', 401, 'token_invalid', 'invalid_token', 'malformed', AS_ISSUED],
    ['algorithmNotAllowed', 401, 'token_invalid', 'invalid_token', 'algorithm', AS_ISSUED],
    ['headerNotAllowed', 401, 'token_invalid', 'invalid_token', 'header', AS_ISSUED],
    ['claimsMalformed', 401, 'token_invalid', 'invalid_token', 'claims', AS_ISSUED],
    ['issuerUnknown', 401, 'token_invalid', 'invalid_token', 'issuer', NOT_TRUSTED],
    ['keyUnknown', 401, 'token_invalid', 'invalid_token', 'key_unknown', NOT_TRUSTED],
    ['signatureInvalid', 401, 'token_invalid', 'invalid_token', 'signature', NOT_TRUSTED],
    ['clientUnknown', 401, 'token_invalid', 'invalid_token', 'client', NOT_TRUSTED],
    [
      'tokenUseNotAllowed',
      401,
      'token_invalid',
      'invalid_token',
      'token_use',
      'This API does not accept this kind of token: send the access token instead of the ID token, or the reverse.',
    ],
    [
      'tokenExpired',
      401,
      'token_expired',
      'invalid_token',
      'expired',
      'The token has expired: sign in again, or refresh it.',
    ],
    [
      'tokenNotYetValid',
      401,
      'token_not_yet_valid',
      'invalid_token',
      'not_yet_valid',
      'The token is not valid yet: check that the clocks of its issuer and of this API agree.',
    ],
    ['tokenRevoked', 401, 'token_revoked', 'invalid_token', 'revoked', 'The token has been revoked: sign in again.'],
  ])('%s', (name, status, code, error, reason, detail) => {
    expect(problems[name]).toMatchObject({
      status,
      code,
      reason,
      headers: {},
      errors: undefined,
      challenge: `error="${error}", error_description="${detail}"`,
      message: detail,
    });
  });
});

test('without a token the challenge is bare (RFC 6750 section 3.1), and the detail says what to send', () => {
  expect(authProblems.tokenMissing).toMatchObject({
    status: 401,
    code: 'token_missing',
    message: 'Send a token of a user pool that this API trusts: "Authorization: Bearer TOKEN".',
    reason: 'no_bearer_token',
    challenge: '',
  });
});

test.each<[keyof typeof problems, code: string, detail: string]>([
  [
    'keysUnavailable',
    'keys_unavailable',
    'The signing keys of the issuer are unavailable at the moment: try again soon.',
  ],
  [
    'revocationsUnavailable',
    'revocations_unavailable',
    'Whether the token has been revoked is unknown at the moment: try again soon.',
  ],
])('%s: an outage is 503 without a challenge, and says when to try again', (name, code, message) => {
  expect(problems[name]).toMatchObject({
    status: 503,
    code,
    message,
    reason: code,
    headers: { 'Retry-After': '1' },
    challenge: undefined,
  });
});

test.each<[string, readonly string[], string]>([
  ['without scopes that would help', [], ''],
  ['with one', ['api/a'], ', scope="api/a"'],
  ['with several', ['api/a', 'api/b'], ', scope="api/a api/b"'],
])('a caller who may not call a route gets a 403, %s', (_name, scopes, rest) => {
  const detail = 'The token is valid, but its holder may not call this route.';
  expect(authProblems.notAllowed(scopes)).toMatchObject({
    status: 403,
    code: 'not_allowed',
    message: detail,
    reason: 'rule_not_met',
    challenge: `error="insufficient_scope", error_description="${detail}"${rest}`,
  });
  expect(authProblems.notAllowed(scopes, 'pool_not_allowed')).toMatchObject({ reason: 'pool_not_allowed' });
});
