import type { KeyObject } from 'node:crypto';
import { issuerUnknown, keyUnknown } from './auth-problems.js';
import { principalFrom, type Principal } from './claims.js';
import { createClaimReader, type DeclaredClaims } from './declared-claims.js';
import { checkSignature, createHeaderParser, parseJwt, type Jwt } from './jwt.js';
import type { KeySource, TrustedPool } from './pool-keys.js';
import { createTokenCache } from './token-cache.js';

export interface VerifierOptions {
  pools: readonly TrustedPool<KeySource>[];
  /** The claims that callers carry, by pool; none by default. */
  declared?: DeclaredClaims;
  /** How many verified tokens to cache, 3 KB each on average. Default 0: none. */
  tokenCacheSize?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Decides whether a token is genuine, and whose it is. Access rules are not its business. */
export interface Verifier {
  /**
   * Verifies a token, and caches it. The caller, or where the key has to be fetched first a promise; throws, or rejects
   * with, a Problem of `auth-problems.ts`.
   */
  verify(token: string): Principal | Promise<Principal>;
  /** The caller of a token that was verified before, while that still holds. */
  cached(token: string): Principal | undefined;
}

/** Throws when two pools share an issuer, or a name unless people move from one to the other. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { pools, declared = {}, tokenCacheSize = 0, now = Date.now } = options;
  const byIssuer = new Map<unknown, TrustedPool<KeySource>>(pools.map((trusted) => [trusted.pool.issuer, trusted]));
  const current = pools.filter(({ pool }) => !pool.isPrevious);
  const names = new Set(current.map(({ pool }) => pool.name));
  if (byIssuer.size < pools.length || names.size < current.length) {
    throw new Error('Pools must differ in name and issuer: a token belongs to one pool');
  }
  const claimReaders = new Map(pools.map(({ pool }) => [pool, createClaimReader(declared[pool.name]?.claims)]));
  const kidOf = createHeaderParser();
  const cache = createTokenCache(tokenCacheSize, now);

  function verifyWith(key: KeyObject, token: string, jwt: Jwt, { pool, keys }: TrustedPool<KeySource>) {
    checkSignature(jwt, key);
    const caller = principalFrom(jwt.claims, pool, now() / 1000, claimReaders.get(pool));
    cache.set(token, { caller, kid: jwt.kid, key, keys });
    return caller;
  }

  async function fetchKeyAndVerify(token: string, jwt: Jwt, trusted: TrustedPool<KeySource>) {
    const key = await trusted.keys.getKey(jwt.kid);
    if (key === undefined) throw keyUnknown;
    return verifyWith(key, token, jwt, trusted);
  }

  return {
    /** The unverified issuer picks the pool; everything after that is verification with that pool's keys and clients only. */
    verify(token) {
      const jwt = parseJwt(token, kidOf);
      const trusted = byIssuer.get(jwt.claims['iss']);
      if (trusted === undefined) throw issuerUnknown;
      const key = trusted.keys.cachedKey(jwt.kid);
      return key ? verifyWith(key, token, jwt, trusted) : fetchKeyAndVerify(token, jwt, trusted);
    },
    cached: (token) => cache.get(token),
  };
}
