import { constants, createHash, createHmac, createPublicKey, privateEncrypt, sign, type KeyObject } from 'node:crypto';
import { encode, type Issuer, type SigningKey } from '../../../harness/issuer.js';

/** The header of every token of the issuer, changed. */
export function header({ key }: Issuer, overrides?: object) {
  return { kid: key.kid, alg: 'RS256', ...overrides };
}

/** A compact JWS of these texts or objects; `make` returns the bytes of its signature. */
export function compact(head: unknown, payload: unknown, make: (signed: string) => Buffer | string) {
  const signed = `${encode(head)}.${encode(payload)}`;
  return `${signed}.${Buffer.from(make(signed)).toString('base64url')}`;
}

/** As `compact`, for bytes that need not be text. */
export function compactBytes(head: Buffer, payload: Buffer, { privateKey }: SigningKey) {
  const signed = `${head.toString('base64url')}.${payload.toString('base64url')}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

export function hmac(hash: string, secret: Buffer | string) {
  return (signed: string) => createHmac(hash, secret).update(signed).digest();
}

export function signature(hash: string | null, key: KeyObject, pss = false) {
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return (signed: string) => sign(hash, Buffer.from(signed), pss ? { key, ...padding } : key);
}

export function publicKeyOf({ privateKey }: SigningKey) {
  return createPublicKey(privateKey);
}

export function sha256(text: string) {
  return createHash('sha256').update(text).digest();
}

/** DigestInfo for SHA-256 without the hash (RFC 8017 section 9.2, note 1). */
export const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** The raw RSA private operation of the genuine key on 256 bytes of the forger's choice. */
export function rsa({ privateKey }: SigningKey, encoded: Buffer) {
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded);
}

/** Changes segment 0, 1 or 2 of a token. */
export function changeSegment(token: string, index: number, change: (segment: string) => string) {
  return token
    .split('.')
    .map((segment, at) => (at === index ? change(segment) : segment))
    .join('.');
}
