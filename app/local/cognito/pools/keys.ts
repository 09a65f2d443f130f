import { createPrivateKey, createPublicKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { Pool, StoredKey } from '../state/state.js';

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/** A new private key, PKCS #8 in PEM. */
export type NewKey = () => Promise<string>;

/** RSA with 2048 bits, which takes a quarter of a second. */
export const newRsaKey: NewKey = async () => {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

/** Signing keys: makes those of new pools, and parses each stored one once. */
export class Keys {
  readonly #newKey: NewKey;
  readonly #parsed = new WeakMap<StoredKey, SigningKey>();

  constructor(newKey: NewKey) {
    this.#newKey = newKey;
  }

  /** A new pool's two keys, with key ids like Cognito's. */
  async newPair(): Promise<Pool['keys']> {
    const [id, access] = await Promise.all([this.#newKey(), this.#newKey()]);
    return { id: { kid: newKid(), privateKey: id }, access: { kid: newKid(), privateKey: access } };
  }

  of(stored: StoredKey): SigningKey {
    const parsed = this.#parsed.get(stored);
    if (parsed) return parsed;
    const privateKey = createPrivateKey(stored.privateKey);
    const key = { kid: stored.kid, privateKey, publicKey: createPublicKey(privateKey) };
    this.#parsed.set(stored, key);
    return key;
  }

  /** RFC 7517 section 5, as Cognito publishes it at `.well-known/jwks.json`. */
  jwks(pool: Pool): { keys: JWK[] } {
    const keys = [pool.keys.id, pool.keys.access].map((stored) => {
      const { kid, publicKey } = this.of(stored);
      const { e, n } = publicKey.export({ format: 'jwk' });
      return { alg: 'RS256', e: String(e), kid, kty: 'RSA', n: String(n), use: 'sig' };
    });
    return { keys };
  }
}

const newKid = () => randomBytes(32).toString('base64');
