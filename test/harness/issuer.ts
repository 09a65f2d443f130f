import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPool, type Pool } from '../../app/platform/auth/pool.js';

/** A signing key as an issuer holds it. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

/** Private keys of 2048 bits that `signing-keys.js` made before the run. */
const readyKeys = JSON.parse(process.env['TEST_SIGNING_KEYS'] ?? '[]') as string[];

/** No two of a test file are the same key. */
export function createSigningKey(bits = 2048): SigningKey {
  const ready = bits === 2048 ? readyKeys.pop() : undefined;
  const privateKey = ready ? createPrivateKey(ready) : generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
  return { kid: randomUUID(), privateKey };
}

export function publicJwk({ kid, privateKey }: SigningKey) {
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

export function encode(value: unknown) {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A compact JWS over any header and payload, well-formed or not, with a true RS256 signature. */
export function signJwt(header: unknown, payload: unknown, { privateKey }: SigningKey) {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** A user pool that issues real tokens and serves its keys on loopback. */
export interface Issuer {
  pool: Pool;
  clientId: string;
  key: SigningKey;
  /** What the JWKS endpoint publishes. */
  published: SigningKey[];
  /** How often the JWKS endpoint was asked. */
  fetches: number;
  /** Serves the JWKS endpoint instead, while set. */
  answer: RequestListener | undefined;
  accessClaims(overrides?: object): Record<string, unknown>;
  idClaims(overrides?: object): Record<string, unknown>;
  accessToken(overrides?: object): string;
  idToken(overrides?: object): string;
  close(): Promise<void>;
}

/** COGNITO_KEYS with the keys that these issuers publish now, in the form that Terraform gives it. */
export function carriedBy(...issuers: readonly Issuer[]) {
  const keys = issuers.map(({ pool, published }) => [
    pool.userPoolId,
    published.map(publicJwk).map(({ kid, n, e }) => ({ kid, n, e })),
  ]);
  return JSON.stringify(Object.fromEntries(keys));
}

export async function startIssuer(name = 'customers'): Promise<Issuer> {
  const server = createServer((request, response) => {
    issuer.fetches += 1;
    if (issuer.answer) return issuer.answer(request, response);
    return response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ keys: issuer.published.map(publicJwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const userPoolId = `eu-west-1_${randomUUID().replaceAll('-', '').slice(0, 9)}`;
  const clientId = randomUUID().replaceAll('-', '').slice(0, 26);
  const jwksUri = `http://127.0.0.1:${port}/${userPoolId}/.well-known/jwks.json`;
  const pool = createPool(name, { userPoolId, clientIds: [clientId], jwksUri });
  const key = createSigningKey();
  const subject = randomUUID();

  const claims = () => {
    const now = Math.floor(Date.now() / 1000);
    return { sub: subject, iss: pool.issuer, auth_time: now, iat: now, exp: now + 3600, jti: randomUUID() };
  };
  const header = () => ({ kid: issuer.key.kid, alg: 'RS256' });

  const issuer: Issuer = {
    pool,
    clientId,
    key,
    published: [key],
    fetches: 0,
    answer: undefined,
    accessClaims: (overrides) => ({
      ...claims(),
      token_use: 'access',
      client_id: clientId,
      username: 'regular',
      scope: 'aws.cognito.signin.user.admin',
      ...overrides,
    }),
    idClaims: (overrides) => ({
      ...claims(),
      token_use: 'id',
      aud: clientId,
      'cognito:username': 'regular',
      ...overrides,
    }),
    accessToken: (overrides) => signJwt(header(), issuer.accessClaims(overrides), issuer.key),
    idToken: (overrides) => signJwt(header(), issuer.idClaims(overrides), issuer.key),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}
