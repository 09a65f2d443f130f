import { expect, test } from '@jest/globals';
import { stepOf, totp } from '../../../app/local/cognito/mfa/totp.js';

/** `12345678901234567890` in base32, the secret of RFC 6238 appendix B. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** The last six digits of the appendix's eight, and their time in seconds. */
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('the code at %i is %s, as in RFC 6238', (seconds, code) => {
  expect(totp(SECRET, Math.floor(seconds / 30))).toBe(code);
});

test.each([
  [-31, undefined],
  [-30, 100],
  [0, 100],
  [59, 100],
  [60, undefined],
])('a code is recognised %i seconds after its step began: step %s', (seconds, step) => {
  expect(stepOf(SECRET, totp(SECRET, 100), 100 * 30_000 + seconds * 1000)).toBe(step);
});
