import type { IncomingMessage } from 'node:http';
import { credentialsRepeated, requestMalformed, tokenMissing } from './auth-problems.js';

const SPACE = 0x20;
const FIELD = 'authorization';
/** A gateway joins repeated headers with a comma: `Basic x, Bearer y` is credentials sent twice. */
const JOINED = /,[ \t]*bearer(?![^ ,])/i;

/** Node keeps the first of two Authorization headers and drops the other silently. */
function isSentTwice(rawHeaders: readonly string[]) {
  let seen = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === FIELD.length && name.toLowerCase() === FIELD) seen += 1;
  }
  return seen > 1;
}

/**
 * The token of a request, from the only place where one is looked for: `Authorization: Bearer TOKEN` (RFC 6750 section
 * 2.1), scheme in any case, one or more spaces (RFC 9110 section 11.4). Linear in the header's length. Throws `tokenMissing`,
 * `credentialsRepeated` or `requestMalformed`.
 */
export function bearerToken({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): string {
  const value = headers.authorization;
  if (value === undefined) throw tokenMissing;
  if (isSentTwice(rawHeaders)) throw credentialsRepeated;

  const space = value.indexOf(' ');
  const scheme = space < 0 ? value : value.slice(0, space);
  if (scheme.length !== 6 || scheme.toLowerCase() !== 'bearer') {
    throw JOINED.test(value) ? credentialsRepeated : tokenMissing;
  }
  let start = 6;
  while (value.charCodeAt(start) === SPACE) start += 1;
  if (start === value.length) throw requestMalformed;
  // A slice would keep the whole header in memory for as long as the token is cached.
  const token = start === 7 ? value.slice(7) : Buffer.from(value, 'latin1').toString('latin1', start);
  if (token.includes(' ') || token.includes('\t') || token.includes(',')) throw requestMalformed;
  return token;
}
