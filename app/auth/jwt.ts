import { isUtf8 } from 'node:buffer';
import { verify, type KeyObject } from 'node:crypto';
import { headerRefused, signatureRefused, tokenMalformed } from './refusal.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A token taken apart, nothing of it believed yet. */
export interface Jwt {
  /** The key that is said to have signed it. */
  readonly kid: string;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
}

/** RFC 7515 sections 4.1.9 and 4.1.11, RFC 7797, RFC 7516 section 4.1.3: whoever sends these wants other rules than ours. */
const REFUSED = ['crit', 'b64', 'zip', 'cty'];

/** Canonical base64url without padding (RFC 7515 section 2): one sequence of bytes has one spelling. */
function decode(part: string) {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== part) throw tokenMalformed;
  return bytes;
}

function parse(part: string): JsonObject {
  const bytes = decode(part);
  if (!isUtf8(bytes)) throw tokenMalformed;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw tokenMalformed;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw tokenMalformed;
  return value as JsonObject;
}

/** RFC 8725 sections 3.1 and 3.11: the algorithm is ours to say, and a key that a token brings along is never used. */
function checkHeader(header: JsonObject): string {
  const { alg, kid, typ } = header;
  if (alg !== 'RS256' || typeof kid !== 'string') throw headerRefused;
  if (typ !== undefined && (typeof typ !== 'string' || !/^(?:at\+)?jwt$/i.test(typ))) throw headerRefused;
  if (REFUSED.some((name) => Object.hasOwn(header, name))) throw headerRefused;
  return kid;
}

/** Takes a compact JWS apart (RFC 7515 section 7.1). Throws the refusal; its signature is for `checkSignature`. */
export function parseJwt(token: string): Jwt {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 0 || second < 0 || token.includes('.', second + 1)) throw tokenMalformed;
  return {
    kid: checkHeader(parse(token.slice(0, first))),
    claims: parse(token.slice(first + 1, second)),
    signed: token.slice(0, second),
    signature: decode(token.slice(second + 1)),
  };
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3) by OpenSSL, on a public RSA key. Throws the refusal. */
export function checkSignature({ signed, signature }: Jwt, key: KeyObject) {
  if (!verify('RSA-SHA256', Buffer.from(signed, 'latin1'), key, signature)) throw signatureRefused;
}
