import { createVerify, type KeyObject } from 'node:crypto';
import { parseHeader } from './header.js';
import { decode, parseSegment, type JsonObject } from './part.js';
import { signatureInvalid, tokenMalformed } from './auth-problems.js';

/** A token taken apart, nothing of it believed yet. */
export interface Jwt {
  /** The key that is said to have signed it. */
  readonly kid: string;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
}

/**
 * Takes a compact JWS apart (RFC 7515 section 7.1); `kidOf` reads its first part. Throws the refusal; its signature is
 * for `checkSignature`.
 */
export function parseJwt(token: string, kidOf: (part: string) => string = parseHeader): Jwt {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 0 || second < 0 || token.includes('.', second + 1)) throw tokenMalformed;
  return {
    kid: kidOf(token.slice(0, first)),
    claims: parseSegment(token.slice(first + 1, second)),
    signed: token.slice(0, second),
    signature: decode(token.slice(second + 1)),
  };
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3) by OpenSSL, on a public RSA key. Throws the refusal. */
export function checkSignature({ signed, signature }: Jwt, key: KeyObject) {
  if (!createVerify('RSA-SHA256').update(signed, 'latin1').verify(key, signature)) throw signatureInvalid;
}
