import { expect, test } from '@jest/globals';
import { bearerToken } from '../../../app/platform/auth/bearer-token.js';
import type { Problem } from '../../../app/platform/http/problem.js';

/** The token, or `code` and `reason` of the problem. */
function tokenIn(value: string | undefined, rawHeaders: string[] = []) {
  try {
    return bearerToken({ headers: value === undefined ? {} : { authorization: value }, rawHeaders });
  } catch (error) {
    const { code, reason } = error as Problem;
    return `${code}: ${reason}`;
  }
}

const MISSING = 'token_missing: no_bearer_token';
const MALFORMED = 'request_malformed: authorization_malformed';
const REPEATED = 'request_malformed: authorization_repeated';

test.each<[string, string | undefined, string]>([
  ['a token', 'Bearer a.b.c', 'a.b.c'],
  ['a token after the scheme in lower case', 'bearer a.b.c', 'a.b.c'],
  ['a token after many spaces', `Bearer${' '.repeat(50)}a.b.c`, 'a.b.c'],
  ['a token of Latin-1 characters after two spaces', 'Bearer  \u00fc', '\u00fc'],
  ['no header', undefined, MISSING],
  ['an empty header', '', MISSING],
  ['spaces alone', '   ', MISSING],
  ['another scheme', 'Basic YTpi', MISSING],
  ['another scheme of six letters', 'Digest a.b.c', MISSING],
  ['a word of the length of Bearer and a token', 'Bearerabc.d.e', MISSING],
  ['a scheme that Bearer begins', 'Bearers a.b.c', MISSING],
  ['a scheme that Bearer ends', 'xBearer a.b.c', MISSING],
  ['the scheme alone', 'Bearer', MALFORMED],
  ['the scheme and spaces', 'Bearer   ', MALFORMED],
  ['a second word', 'Bearer a b', MALFORMED],
  ['a space at the end', 'Bearer a ', MALFORMED],
  ['a tab', 'Bearer a\tb', MALFORMED],
  ['a comma', 'Bearer a,', MALFORMED],
  ['two headers that a gateway has joined', 'Basic YTpi, Bearer a.b.c', REPEATED],
  ['two headers joined, the second without a token', 'Basic YTpi,Bearer', REPEATED],
  ['a word that begins like Bearer after a comma', 'Basic YTpi, Bearers a', MISSING],
])('%s', (_name, value, expected) => {
  expect(tokenIn(value)).toBe(expected);
});

test('two Authorization headers are refused, in any case, whatever Node has kept of them', () => {
  expect(tokenIn('Bearer a', ['Authorization', 'Bearer a', 'AUTHORIZATION', 'Bearer b'])).toBe(REPEATED);
  expect(tokenIn('', ['authorization', '', 'Authorization', 'Bearer b'])).toBe(REPEATED);
  expect(tokenIn('Bearer a', ['Authorization', 'Bearer a', 'X-Authorization', 'Authorization'])).toBe('a');
  expect(tokenIn('Bearer a', ['Authorization', 'Bearer a', 'Last-Modified', 'x', 'If-None-Match', 'x'])).toBe('a');
});
