import { claimsMalformed, clientUnknown, tokenExpired, tokenNotYetValid, tokenUseNotAllowed } from './auth-problems.js';
import { readNoClaims, type ClaimReader, type Claims } from './declared-claims.js';
import type { JsonObject } from './jwt.js';
import type { Pool, TokenUse } from './pool.js';

/** The verified caller: what the API relies on of a token, frozen before anyone sees it. */
export interface Principal<PoolName extends string = string, Declared extends Claims = Claims> {
  /** The name of the pool as `access.ts` declares it, such as `customers`. */
  readonly pool: PoolName;
  /** `sub`: the person's id, or for a machine its client id. */
  readonly subject: string;
  /** The user name in the pool; null for a machine. */
  readonly username: string | null;
  readonly clientId: string;
  /** Empty for a token without groups. */
  readonly groups: readonly string[];
  /** What the client may do on the caller's behalf; always empty for an ID token. */
  readonly scopes: readonly string[];
  /** What the pool declares in `access.ts` and the token holds; empty for a pool that declares none. */
  readonly claims: Declared;
  readonly tokenUse: TokenUse;
  /** `exp`: seconds since the epoch, may have a fraction. */
  readonly expiresAt: number;
}

/** How far the issuer's clock may be ahead of ours. */
const MAX_CLOCK_SKEW_SECONDS = 5;
/** The latest time that a Date can hold. */
const MAX_DATE_SECONDS = 8.64e12;

/** RFC 7519 section 2, NumericDate: seconds, fractions allowed. */
function numericDate(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_DATE_SECONDS)) throw claimsMalformed;
  return value;
}

function nonEmptyString(value: unknown): string {
  if (typeof value !== 'string' || value.length === 0) throw claimsMalformed;
  return value;
}

function groupsFrom(value: unknown = []): readonly string[] {
  if (!Array.isArray(value) || !value.every((group) => typeof group === 'string')) throw claimsMalformed;
  return Object.freeze(value);
}

function scopesFrom(value: unknown = ''): readonly string[] {
  if (typeof value !== 'string') throw claimsMalformed;
  return Object.freeze(value.split(' ').filter(Boolean));
}

/**
 * Checks the claims of a token whose issuer and signature are those of `pool`; `nowSeconds` is since the epoch. Throws
 * `claimsMalformed`, `tokenUseNotAllowed`, `clientUnknown`, `tokenExpired` or `tokenNotYetValid`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function principalFrom(
  claims: JsonObject,
  pool: Pool,
  nowSeconds: number,
  readClaims: ClaimReader = readNoClaims,
): Principal {
  const expiresAt = numericDate(claims['exp']);
  const issuedAt = numericDate(claims['iat']);
  const notBefore = claims['nbf'] === undefined ? 0 : numericDate(claims['nbf']);
  const subject = nonEmptyString(claims['sub']);

  const tokenUse = claims['token_use'];
  if (tokenUse !== 'access' && tokenUse !== 'id') throw claimsMalformed;
  if (!pool.tokenUse.has(tokenUse)) throw tokenUseNotAllowed;
  const isAccess = tokenUse === 'access';
  const clientId = claims[isAccess ? 'client_id' : 'aud'];
  if (typeof clientId !== 'string' || !pool.clientIds.has(clientId)) throw clientUnknown;
  const username = claims[isAccess ? 'username' : 'cognito:username'];

  if (nowSeconds >= expiresAt) throw tokenExpired;
  const latest = nowSeconds + MAX_CLOCK_SKEW_SECONDS;
  if (issuedAt > latest || notBefore > latest) throw tokenNotYetValid;

  return Object.freeze({
    pool: pool.name,
    subject,
    username: username === undefined ? null : nonEmptyString(username),
    clientId,
    groups: groupsFrom(claims['cognito:groups']),
    scopes: scopesFrom(isAccess ? claims['scope'] : undefined),
    claims: readClaims(claims, tokenUse),
    tokenUse,
    expiresAt,
  });
}
