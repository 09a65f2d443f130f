import type { IncomingMessage } from 'node:http';
import { bearerToken } from '../auth/bearer-token.js';
import { unverifiedClaims } from '../auth/jwt.js';

/** When a token was issued, and for which sign-in. */
export interface Issuance {
  /** `iat`: seconds since the epoch, may have a fraction. */
  readonly issuedAt: number;
  /** `origin_jti`; undefined for a machine, and for a client without token revocation. */
  readonly originJti: string | undefined;
}

/** For a request that the guard has admitted: nothing is verified here. */
export function issuanceOf(request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): Issuance {
  const { iat, origin_jti: originJti } = unverifiedClaims(bearerToken(request));
  return { issuedAt: Number(iat), originJti: typeof originJti === 'string' ? originJti : undefined };
}
