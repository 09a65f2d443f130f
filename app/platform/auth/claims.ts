import type { JsonObject } from './part.js';
import type { Pool } from './pool.js';
import type { Principal } from './principal.js';
import { claimsMalformed, clientUnknown, tokenExpired, tokenNotYetValid, tokenUseNotAllowed } from './auth-problems.js';

/** Seconds that an issuer's clock may be ahead of ours. */
const SKEW = 5;
/** Seconds; the last moment that a Date can hold. */
const LATEST = 8.64e12;

/** RFC 7519 section 2, NumericDate: seconds, fractions allowed. */
function numericDate(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= LATEST)) throw claimsMalformed;
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length === 0) throw claimsMalformed;
  return value;
}

function groupsOf(value: unknown = []): readonly string[] {
  if (!Array.isArray(value) || !value.every((group) => typeof group === 'string')) throw claimsMalformed;
  return Object.freeze(value);
}

function scopesOf(value: unknown = ''): readonly string[] {
  if (typeof value !== 'string') throw claimsMalformed;
  return Object.freeze(value.split(' ').filter(Boolean));
}

/**
 * Every rule about what a token says, for a token whose issuer and signature are those of `pool`. `now` is in seconds.
 * Throws the refusal.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function principalFrom(claims: JsonObject, pool: Pool, now: number): Principal {
  const expiresAt = numericDate(claims['exp']);
  const issuedAt = numericDate(claims['iat']);
  const notBefore = claims['nbf'] === undefined ? 0 : numericDate(claims['nbf']);
  const subject = text(claims['sub']);

  const tokenUse = claims['token_use'];
  if (tokenUse !== 'access' && tokenUse !== 'id') throw claimsMalformed;
  if (!pool.tokenUse.has(tokenUse)) throw tokenUseNotAllowed;
  const isAccess = tokenUse === 'access';
  const clientId = claims[isAccess ? 'client_id' : 'aud'];
  if (typeof clientId !== 'string' || !pool.clientIds.has(clientId)) throw clientUnknown;
  const username = claims[isAccess ? 'username' : 'cognito:username'];

  if (now >= expiresAt) throw tokenExpired;
  if (issuedAt > now + SKEW || notBefore > now + SKEW) throw tokenNotYetValid;

  return Object.freeze({
    pool: pool.name,
    subject,
    username: username === undefined ? null : text(username),
    clientId,
    groups: groupsOf(claims['cognito:groups']),
    scopes: scopesOf(isAccess ? claims['scope'] : undefined),
    tokenUse,
    expiresAt,
  });
}
