import { createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { Issuer } from '../../../harness/issuer.js';

const CANONICAL = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parse(segment: string) {
  const value: unknown = JSON.parse(strict.decode(Buffer.from(segment, 'base64url')));
  if (Object.prototype.toString.call(value) !== '[object Object]') throw new Error('not an object');
  return new Map(Object.entries(value as object));
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTextOrAbsent = (value: unknown) => value === undefined || isText(value);
const isTime = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 8.64e12;

/** The rules that jose leaves open, written independently of the verifier. */
function keepsOurRules(token: string, { clientId }: Issuer, now: number) {
  const segments = token.split('.');
  if (
    token.length > 8192 ||
    segments.length !== 3 ||
    !segments.every((segment) => segment !== '' && CANONICAL.test(segment))
  )
    return false;
  const [head, claims] = [parse(segments[0] ?? ''), parse(segments[1] ?? '')];
  if (
    !['undefined', 'jwt', 'at+jwt'].includes(String(head.get('typ')).toLowerCase()) ||
    head.get('typ') === 'undefined'
  )
    return false;
  if (['crit', 'b64', 'zip', 'cty'].some((member) => head.has(member))) return false;
  const client = claims.get('token_use') === 'access' ? claims.get('client_id') : claims.get('aud');
  const groups: unknown = claims.get('cognito:groups') ?? [];
  return (
    isText(claims.get('sub')) &&
    ['access', 'id'].includes(claims.get('token_use') as string) &&
    client === clientId &&
    isTime(claims.get('exp')) &&
    (claims.get('exp') as number) > now &&
    isTime(claims.get('iat')) &&
    (claims.get('iat') as number) <= now + 5 &&
    (!claims.has('nbf') || isTime(claims.get('nbf'))) &&
    isTextOrAbsent(claims.get(claims.get('token_use') === 'access' ? 'username' : 'cognito:username')) &&
    claims.get('cognito:groups') !== null &&
    Array.isArray(groups) &&
    groups.every((group) => typeof group === 'string') &&
    (claims.get('token_use') === 'id' || ['undefined', 'string'].includes(typeof claims.get('scope')))
  );
}

/** What a second verifier, jose, and an independent version of our rules make of a token; `GET /me` is for people alone. */
export type Verdict = 'person' | 'machine' | 'refused';

/** A token without a user name is no person's: an access token like it was made for client credentials. */
function holderOf(token: string): Verdict {
  const claims = parse(token.split('.')[1] ?? '');
  return claims.has(claims.get('token_use') === 'access' ? 'username' : 'cognito:username') ? 'person' : 'machine';
}

export function createVerdict(issuers: readonly Issuer[]) {
  const keys = new Map<string, KeyObject>(issuers.map(({ key }) => [key.kid, createPublicKey(key.privateKey)]));
  return async (token: string): Promise<Verdict> => {
    for (const issuer of issuers) {
      try {
        const keyOf = ({ kid }: { kid?: string }) => {
          const key = kid === issuer.key.kid ? keys.get(kid) : undefined;
          if (!key) throw new Error('unknown kid');
          return key;
        };
        await jwtVerify(token, keyOf, { algorithms: ['RS256'], issuer: issuer.pool.issuer, clockTolerance: 5 });
        if (keepsOurRules(token, issuer, Date.now() / 1000)) return holderOf(token);
      } catch {
        // Refused for this pool.
      }
    }
    return 'refused';
  };
}
