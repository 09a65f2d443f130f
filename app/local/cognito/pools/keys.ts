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

/** Two new RSA 2048 keys, with key ids like Cognito's. */
export async function newPoolKeys(): Promise<Pool['keys']> {
  const [id, access] = await Promise.all([newKey(), newKey()]);
  return { id, access };
}

/** Signing keys by their stored form, each parsed once. */
export class Keys {
  readonly #parsed = new WeakMap<StoredKey, SigningKey>();

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

async function newKey(): Promise<StoredKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  return {
    kid: randomBytes(32).toString('base64'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
