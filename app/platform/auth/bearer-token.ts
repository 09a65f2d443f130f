import type { IncomingMessage } from 'node:http';
import { requestMalformed, tokenMissing, tokenTooLong } from './auth-problems.js';

/** Characters; a Cognito token with 60 groups stays under 4 KB. */
const LONGEST = 8192;
const SPACE = 0x20;
const FIELD = 'authorization';
/** A gateway joins repeated headers with a comma: `Basic x, Bearer y` is credentials sent twice. */
const JOINED = /,[ \t]*bearer(?![^ ,])/i;

/** Node keeps the first of two Authorization headers and drops the other without a word. */
function isSentTwice(rawHeaders: readonly string[]) {
  let seen = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === FIELD.length && name.toLowerCase() === FIELD) seen += 1;
  }
  return seen > 1;
}

/**
 * The token of a request, from the one place where it is looked for: `Authorization: Bearer TOKEN` (RFC 6750 section
 * 2.1), scheme in any case, one or more spaces (RFC 9110 section 11.4). Throws the refusal. Linear in the header's length.
 */
export function bearerToken({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): string {
  const value = headers.authorization;
  if (value === undefined) throw tokenMissing;
  if (isSentTwice(rawHeaders)) throw requestMalformed;
  if (value.length === 0) throw tokenMissing;

  const space = value.indexOf(' ');
  const scheme = space < 0 ? value : value.slice(0, space);
  if (scheme.length !== 6 || scheme.toLowerCase() !== 'bearer') {
    throw JOINED.test(value) ? requestMalformed : tokenMissing;
  }
  let start = 6;
  while (value.charCodeAt(start) === SPACE) start += 1;
  if (start === value.length) throw requestMalformed;
  if (value.length - start > LONGEST) throw tokenTooLong;
  // A slice would keep the whole header in memory for as long as the token is remembered.
  const token = start === 7 ? value.slice(7) : Buffer.from(value, 'latin1').toString('latin1', start);
  if (token.includes(' ') || token.includes('\t') || token.includes(',')) throw requestMalformed;
  return token;
}
