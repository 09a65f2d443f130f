import { expect, test } from '@jest/globals';
import { issuanceOf } from '../../../app/platform/revocation/issuance.js';
import { encode } from '../../harness/issuer.js';

/** What is read of a request whose token has these claims. */
const issuanceWith = (claims: object) =>
  issuanceOf({ headers: { authorization: `Bearer header.${encode(claims)}.signature` }, rawHeaders: [] });

test.each<[string, object, ReturnType<typeof issuanceOf>]>([
  ['of a sign-in', { iat: 1_800_000_000, origin_jti: 'phone' }, { issuedAt: 1_800_000_000, originJti: 'phone' }],
  ['with a fraction of a second', { iat: 0.5, origin_jti: '' }, { issuedAt: 0.5, originJti: '' }],
  ['without a sign-in', { iat: 1 }, { issuedAt: 1, originJti: undefined }],
  ['whose sign-in is no text', { iat: 1, origin_jti: ['phone'] }, { issuedAt: 1, originJti: undefined }],
])('a token %s', (_what, claims, expected) => {
  expect(issuanceWith(claims)).toEqual(expected);
});
