import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD } from '../seed/declaration.js';
import { startRunning, type Running } from './running.js';

/** Verifies the chef's tokens with one of the library's verifiers. */
async function verifyWith(verifier: string, running: Running) {
  const { userPoolId, publicClientId: clientId, issuer, jwksUri } = running.pool('staff');
  return running.run('aws-jwt-verify', {
    verifier,
    userPoolId,
    clientId,
    issuer,
    jwksUri: jwksUri.replace('http:', 'https:'),
    tokens: await running.signIn('staff', 'chef', PASSWORD),
    groups: ['chefs'],
  });
}

export function awsJwtVerify(running: () => Running) {
  describe('aws-jwt-verify', () => {
    let withIssuerOfAws: Running;

    beforeAll(async () => {
      withIssuerOfAws = await startRunning({ LOCAL_COGNITO_ISSUER: 'aws' });
    });
    afterAll(() => withIssuerOfAws.stop());

    test('verifies tokens with its CognitoJwtVerifier, with LOCAL_COGNITO_ISSUER=aws', async () => {
      expect(await verifyWith('CognitoJwtVerifier', withIssuerOfAws)).toStrictEqual({
        access: 'chef',
        id: 'chef',
        otherUse: 'CognitoJwtInvalidTokenUseError',
        otherClient: 'CognitoJwtInvalidClientIdError',
        otherGroup: 'CognitoJwtInvalidGroupError',
        api: [200, 200],
      });
    });

    test('verifies tokens of a local issuer with its JwtVerifier, the keys over TLS', async () => {
      expect(await verifyWith('JwtVerifier', running())).toStrictEqual({
        access: 'chef',
        id: 'chef',
        otherIssuer: 'JwtInvalidIssuerError',
        otherAudience: 'JwtInvalidAudienceError',
        plainHttp: 'TypeError',
        api: [200, 200],
      });
    });
  });
}
