import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** Public keys of one issuer, by `kid`. */
export type KeySet = ReadonlyMap<string, KeyObject>;

/** Keys that are not usable, or the response of a JWKS endpoint; the message goes to the log. */
export class JwksError extends Error {
  override name = 'JwksError';
}

/** A key as an issuer publishes it (RFC 7517), nothing but the purpose known. */
export interface PublishedKey extends JsonWebKey {
  kid: string;
}

/** Whether it is an RSA key for signatures by RS256, and has a `kid`. */
export function isSigningKey(key: unknown): key is PublishedKey {
  if (typeof key !== 'object' || key === null) return false;
  const { kid, kty, use, alg } = key as Record<string, unknown>;
  return (
    typeof kid === 'string' && kid !== '' && kty === 'RSA' && use === 'sig' && (alg === undefined || alg === 'RS256')
  );
}

/** Throws a JwksError: which of two keys a token means would be a guess. */
export function refuseSharedKids(keys: readonly PublishedKey[]) {
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new JwksError('two keys share a kid');
}

/** RSA of 2048 to 8192 bits (RFC 7518 section 3.3; a longer one only costs time), odd public exponent from 65537 to 32 bits. */
export function isSound(key: KeyObject) {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const isSaneExponent = publicExponent >= 65_537n && publicExponent < 2n ** 32n && publicExponent % 2n === 1n;
  return key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 8192 && isSaneExponent;
}

/** Members of a public key; all but `kid`, `n` and `e` may be left out. */
const PUBLIC_MEMBERS = new Set(['kid', 'kty', 'use', 'alg', 'n', 'e']);

/** The keys of a list of JWKs that was not fetched, by `kid`. Throws a JwksError unless each is as sound as a fetched one has to be. */
export function importKeys(jwks: readonly unknown[]): KeySet {
  const signing = jwks.map((jwk) => {
    const key = { kty: 'RSA', use: 'sig', ...(jwk as object) };
    if (!isSigningKey(key)) throw new JwksError('a key is not for RSA signatures, or has no kid');
    const unknown = Object.keys(key).find((member) => !PUBLIC_MEMBERS.has(member));
    if (unknown !== undefined) throw new JwksError(`a key has the member ${unknown}, which no public key has`);
    return key;
  });
  refuseSharedKids(signing);
  return new Map(signing.map((jwk) => [jwk.kid, importSoundKey(jwk)]));
}

function importSoundKey(jwk: PublishedKey): KeyObject {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    if (isSound(key)) return key;
  } catch {
    // As unsound as one that is too short.
  }
  throw new JwksError('a key is not RSA of 2048 to 8192 bits with a sane exponent');
}
