import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { access } from '../../api/access.js';
import type { ProfilePool } from '../../platform/contract/profile.js';
import { createJwksFetch } from '../../platform/auth/jwks.js';
import type { KeySet } from '../../platform/auth/signing-keys.js';
import { Failure } from '../failure.js';
import { printableLine } from '../terminal/printable.js';

/** An `Authorization` header that no version may accept. */
export interface BadToken {
  /** After "with": `a forged token`. */
  readonly name: string;
  /** The same in two or three words: `forged signature`. */
  readonly kind: string;
  readonly authorization: string;
}

const VALID_SECONDS = 300;

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(header: object, claims: object, signature: (text: string) => Buffer): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `Bearer ${text}.${signature(text).toString('base64url')}`;
}

/**
 * Tokens that differ from valid ones of the pool in one way each, with every group and scope that the pool declares: if
 * one is accepted, it opens all of the pool's routes. `keys` are the pool's own (RFC 8725 section 2 describes the attacks).
 */
export function badTokens(poolName: string, { issuer, clientId }: ProfilePool, keys: KeySet): BadToken[] {
  const declared = access.document[poolName];
  const scopes = Object.keys(declared?.scopes ?? {}).map((name) => `${declared?.resourceServer}/${name}`);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: randomUUID(),
    iss: issuer,
    client_id: clientId,
    token_use: 'access',
    username: 'bad-token',
    scope: ['aws.cognito.signin.user.admin', ...scopes].join(' '),
    'cognito:groups': Object.keys(declared?.groups ?? {}),
    jti: randomUUID(),
    iat: now,
    exp: now + VALID_SECONDS,
  };
  const [[kid, publicKey] = []] = keys;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const header = { kid, alg: 'RS256' };
  const withKey = (text: string) => sign('RSA-SHA256', Buffer.from(text), privateKey);
  const withPublicKey = (text: string) => createHmac('sha256', pem(publicKey)).update(text).digest();
  const past = { iat: now - 2 * VALID_SECONDS, exp: now - VALID_SECONDS };
  const otherIssuer = `${issuer.replace(/[^/]+$/, '')}${poolName}_of_somebody_else`;

  return [
    { name: 'a malformed token', kind: 'malformed', authorization: 'Bearer not-a-token' },
    { name: 'a forged token', kind: 'forged signature', authorization: signed(header, claims, withKey) },
    {
      name: 'an unsigned token (alg none)',
      kind: 'alg none',
      authorization: signed({ kid, alg: 'none' }, claims, () => Buffer.alloc(0)),
    },
    {
      name: 'a token signed with the public key (alg HS256)',
      kind: 'HMAC with the public key',
      authorization: signed({ kid, alg: 'HS256' }, claims, withPublicKey),
    },
    {
      // Cognito gives nobody a token that is expired, so another key has to sign it.
      name: 'an expired token',
      kind: 'expired',
      authorization: signed(header, { ...claims, ...past }, withKey),
    },
    {
      name: 'a token of another issuer',
      kind: 'another issuer',
      authorization: signed(header, { ...claims, iss: otherIssuer }, withKey),
    },
  ];
}

/** The pool's own keys. Throws `keys_unavailable`. */
export async function fetchKeys(poolName: string, { jwksUri }: ProfilePool): Promise<KeySet> {
  return createJwksFetch(jwksUri)().catch((cause: unknown) => {
    throw new Failure('unreachable', 'keys_unavailable', {
      message: `The signing keys of ${poolName}, which bad tokens are made with, are unavailable: ${printableLine(String(cause))}`,
      hint: 'Check that the network is up, then run the command again.',
      cause,
    });
  });
}

const pem = (key: KeyObject | undefined) => key?.export({ type: 'spki', format: 'pem' }) ?? '';

/** A valid token with other claims under its signature. */
export function tampered(token: string): BadToken {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = encode({ ...claims, sub: randomUUID() });
  return {
    name: 'a valid token that was changed',
    kind: 'changed',
    authorization: `Bearer ${header}.${changed}.${signature}`,
  };
}
