import { isUtf8 } from 'node:buffer';
import { tokenMalformed } from './auth-problems.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Canonical base64url without padding (RFC 7515 section 2): one sequence of bytes has one spelling. Throws the refusal. */
export function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== part) throw tokenMalformed;
  return bytes;
}

/** Header or payload of a token: a JSON object in UTF-8. Throws the refusal. */
export function parseSegment(part: string): JsonObject {
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
