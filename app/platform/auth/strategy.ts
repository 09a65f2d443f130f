import type { KeyObject } from 'node:crypto';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import { Problem } from '../http/problem.js';
import { bearerToken } from './bearer-token.js';
import { principalFrom } from './claims.js';
import { createHeaderReader } from './header.js';
import { checkSignature, parseJwt, type Jwt } from './jwt.js';
import type { PoolKeys } from './pool-keys.js';
import type { Pool } from './pool.js';
import type { Principal } from './principal.js';
import { issuerUnknown, signatureInvalid } from './auth-problems.js';

/** A pool with the keys that its tokens are verified with, and no other pool's. */
export interface TrustedPool {
  readonly pool: Pool;
  readonly keys: PoolKeys;
}

/** A verified caller, and the key that vouches for them as long as the pool has it. */
export interface Verified {
  readonly caller: Principal;
  readonly kid: string;
  readonly key: KeyObject;
  readonly keys: PoolKeys;
}

const never = () => {
  throw new Error('CognitoStrategy verifies tokens itself');
};

/**
 * The passport-jwt strategy `cognito`: request -> `success(Verified)`, or `fail(refusal)`. It replaces passport-jwt's
 * hand-over to jsonwebtoken, which dies of a null key, lets `crit` and a missing `exp` pass, and parses the key anew for
 * each token. The token's issuer picks the pool; all that follows is verification against that pool alone.
 */
export class CognitoStrategy extends Strategy {
  // Passport works on objects that inherit from the strategy, and those can't reach #private fields.
  private readonly byIssuer: ReadonlyMap<unknown, TrustedPool>;
  private readonly kidOf = createHeaderReader();
  private readonly now: () => number;

  /** `now` is in milliseconds since the epoch. */
  constructor(pools: readonly TrustedPool[], now: () => number) {
    super({ jwtFromRequest: bearerToken, secretOrKeyProvider: never }, never);
    this.name = 'cognito';
    this.byIssuer = new Map(pools.map((trusted) => [trusted.pool.issuer, trusted]));
    const names = new Set(pools.map(({ pool }) => pool.name));
    if (this.byIssuer.size < pools.length || names.size < pools.length) {
      throw new Error('Pools must differ in name and issuer: a token is of one pool');
    }
    this.now = now;
  }

  override authenticate(request: Request) {
    try {
      const jwt = parseJwt(bearerToken(request), this.kidOf);
      const trusted = this.byIssuer.get(jwt.claims['iss']);
      if (trusted === undefined) throw issuerUnknown;
      const key = trusted.keys.cachedKey(jwt.kid);
      if (key) this.verify(jwt, trusted, key);
      else void this.lookUp(jwt, trusted);
    } catch (reason) {
      this.refuse(reason);
    }
  }

  private async lookUp(jwt: Jwt, trusted: TrustedPool) {
    try {
      const key = await trusted.keys.getKey(jwt.kid);
      if (key === undefined) throw signatureInvalid;
      this.verify(jwt, trusted, key);
    } catch (reason) {
      this.refuse(reason);
    }
  }

  private verify(jwt: Jwt, { pool, keys }: TrustedPool, key: KeyObject) {
    checkSignature(jwt, key);
    const caller = principalFrom(jwt.claims, pool, this.now() / 1000);
    this.success({ caller, kid: jwt.kid, key, keys } satisfies Verified);
  }

  private refuse(reason: unknown) {
    if (reason instanceof Problem) this.fail(reason, reason.status);
    else this.error(reason as Error);
  }
}
