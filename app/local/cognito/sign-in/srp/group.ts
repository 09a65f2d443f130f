import { constants, createHash, createPublicKey, getDiffieHellman, publicEncrypt } from 'node:crypto';

/**
 * The group of Cognito's SRP: the 3072-bit prime of RFC 5054 appendix A, which is also that of RFC 3526 section 4, with
 * the generator 2, and SHA-256.
 */
const prime = getDiffieHellman('modp15').getPrime();
export const N = toInteger(prime);
export const g = 2n;
/** RFC 5054 section 2.5.3, with Cognito's padding. */
export const k = toInteger(sha256(toBytes(N), toBytes(g)));

export function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function toInteger(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

/** As few bytes as hold the number with a sign bit, which is how Cognito's clients write numbers into hashes. */
export function toBytes(number: bigint): Buffer {
  const hex = number.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/u.test(even) ? `00${even}` : even, 'hex');
}

/** A number below N in hexadecimal, or undefined. */
export function fromHex(hex: string): bigint | undefined {
  return /^[\da-f]{1,770}$/iu.test(hex) ? BigInt(`0x${hex}`) : undefined;
}

/**
 * base^exponent mod N, for exponents of up to 3072 bits. RSA's operation without padding is that function, and
 * OpenSSL's takes 1 ms for 256 bits where one on BigInt takes 10.
 */
export function power(base: bigint, exponent: bigint): bigint {
  const jwk = { kty: 'RSA', n: prime.toString('base64url'), e: toBytes(exponent).toString('base64url') };
  const key = createPublicKey({ format: 'jwk', key: jwk });
  const block = Buffer.from((base % N).toString(16).padStart(prime.length * 2, '0'), 'hex');
  return toInteger(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));
}
