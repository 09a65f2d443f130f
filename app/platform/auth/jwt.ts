import { isUtf8 } from 'node:buffer';
import { createVerify, type KeyObject } from 'node:crypto';
import {
  algorithmNotAllowed,
  headerNotAllowed,
  signatureInvalid,
  tokenMalformed,
  tokenTooLong,
} from './auth-problems.js';

/** A Cognito token with 60 groups stays under 4 KB. */
export const MAX_TOKEN_CHARS = 8_192;
/** RFC 7515 sections 4.1.10 and 4.1.11, RFC 7797, RFC 7516 section 4.1.3: each asks for other processing than ours. */
const FORBIDDEN_MEMBERS = ['crit', 'b64', 'zip', 'cty'];
/** A pool signs with about two keys, and all tokens of a key have the same header. */
const MAX_CACHED_HEADERS = 32;
const MAX_CACHED_HEADER_CHARS = 256;

export type JsonObject = Readonly<Record<string, unknown>>;

/** A parsed token, nothing of it verified yet. */
export interface Jwt {
  /** The key that is said to have signed it. */
  readonly kid: string;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
}

/** Canonical base64url without padding (RFC 7515 section 2): a sequence of bytes has only one spelling. */
function decodeSegment(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== segment) throw tokenMalformed;
  return bytes;
}

/** Header or payload: a JSON object in UTF-8. */
function parseSegment(segment: string): JsonObject {
  const bytes = decodeSegment(segment);
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

/**
 * A token's header segment -> its `kid`. The algorithm is fixed (RFC 8725 section 3.1), and a key that the token brings
 * along is never used (section 3.10). Throws `tokenMalformed`, `algorithmNotAllowed` or `headerNotAllowed`.
 */
function parseHeader(segment: string): string {
  const header = parseSegment(segment);
  const { alg, kid, typ } = header;
  if (alg !== 'RS256') throw algorithmNotAllowed;
  if (typeof kid !== 'string') throw headerNotAllowed;
  if (typ !== undefined && (typeof typ !== 'string' || !/^(?:at\+)?jwt$/i.test(typ))) throw headerNotAllowed;
  if (FORBIDDEN_MEMBERS.some((name) => Object.hasOwn(header, name))) throw headerNotAllowed;
  return kid;
}

/** `parseHeader` for the headers that come again and again; `cache`, header segment -> `kid`, stays within 32 short ones. */
export function createHeaderParser(cache = new Map<string, string>()): (segment: string) => string {
  return (segment) => {
    const cached = cache.get(segment);
    if (cached !== undefined) return cached;
    const kid = parseHeader(segment);
    if (segment.length <= MAX_CACHED_HEADER_CHARS) {
      if (cache.size === MAX_CACHED_HEADERS) cache.clear();
      cache.set(segment, kid);
    }
    return kid;
  };
}

/**
 * Parses a compact JWS (RFC 7515 section 7.1) of 8 KB at most, its first segment with `kidOf`. Throws `tokenTooLong`,
 * `tokenMalformed`, `algorithmNotAllowed` or `headerNotAllowed`. The signature is left to `checkSignature`.
 */
export function parseJwt(token: string, kidOf: (header: string) => string): Jwt {
  if (token.length > MAX_TOKEN_CHARS) throw tokenTooLong;
  const [header, payload, signature, ...rest] = token.split('.', 4);
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) throw tokenMalformed;
  return {
    kid: kidOf(header),
    claims: parseSegment(payload),
    signed: token.slice(0, header.length + 1 + payload.length),
    signature: decodeSegment(signature),
  };
}

/** The payload of a token that was verified before. */
export function unverifiedClaims(token: string): JsonObject {
  return parseSegment(token.split('.', 2)[1] ?? '');
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3), on a public RSA key. Throws `signatureInvalid`. */
export function checkSignature({ signed, signature }: Jwt, key: KeyObject) {
  if (!createVerify('RSA-SHA256').update(signed, 'latin1').verify(key, signature)) throw signatureInvalid;
}
