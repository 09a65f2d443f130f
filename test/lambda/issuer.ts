import { SignJWT, exportJWK, generateKeyPair, type JWTPayload } from 'jose';
import { startLoopbackServer } from './loopback-server.js';

export interface IssuerSettings {
  readonly userPoolId: string;
  readonly clientId: string;
}

/** A user pool's signer: tokens as Cognito's, and a JWKS on a loopback address. */
export interface Issuer extends IssuerSettings {
  readonly issuer: string;
  readonly jwksUri: string;
  /** How often the JWKS was asked for. */
  readonly fetches: () => number;
  /** An access token of an hour, signed with the pool's key. */
  token(claims?: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

export async function startIssuer({ userPoolId, clientId }: IssuerSettings): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = `${userPoolId}-key`;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] });
  const issuer = `https://cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`;
  let fetches = 0;
  const server = await startLoopbackServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(jwks);
  });
  return {
    userPoolId,
    clientId,
    issuer,
    jwksUri: `${server.url}/jwks.json`,
    fetches: () => fetches,
    token: (claims = {}) =>
      new SignJWT({ sub: 'f0e1', token_use: 'access', client_id: clientId, username: 'someone', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    close: () => server.close(),
  };
}
