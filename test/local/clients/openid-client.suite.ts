import { beforeAll, describe, expect, test } from '@jest/globals';
import { PASSWORD } from '../seed/declaration.js';
import { claimsOf } from '../emulator.js';
import { signInAs, type Running } from './running.js';

export function openidClient(running: () => Running) {
  describe('openid-client', () => {
    let found: unknown;
    let subject: unknown;

    beforeAll(async () => {
      const { issuer, publicClientId } = running().pool('staff');
      const { AccessToken, RefreshToken } = await running().signIn('staff', 'chef', PASSWORD);
      const machine = running().machines['kitchen'];
      subject = claimsOf(AccessToken)['sub'];
      found = await running().run('openid-client', { issuer, publicClientId, machine, AccessToken, RefreshToken });
    });

    test('discovers the endpoints of a pool', () => {
      const { issuer } = running().pool('staff');
      expect(found).toMatchObject({ issuer });
    });

    test('signs a machine in by client credentials, in both of the ways to send its secret', () => {
      expect(found).toMatchObject({
        post: ['bearer', 3600, 201],
        basic: ['bearer', 3600, 201],
        wrongSecret: 'invalid_client',
        otherScope: 'invalid_scope',
      });
    });

    test('renews the tokens of a person and accepts the ID token', () => {
      expect(found).toMatchObject({ refreshed: ['bearer', 3600, subject], api: [200, 200] });
    });

    test('signs a person in by code and PKCE through the sign-in page, and describes them at userInfo', async () => {
      const { issuer, publicClientId } = running().pool('staff');
      const redirectUri = 'http://127.0.0.1:4711/callback';
      await running().allowPage('staff', redirectUri);
      const browse = signInAs(running, 'chef');
      const tokens = await running().run('openid-client-code', { issuer, publicClientId, redirectUri }, browse);
      expect(tokens).toStrictEqual({
        subject,
        isOwnNonce: true,
        scope: 'openid email profile aws.cognito.signin.user.admin',
        userInfo: 'chef',
        api: [200, 200],
        replayed: 'invalid_grant',
        wrongState: 'OAUTH_INVALID_RESPONSE',
      });
    });

    test('is refused userInfo for a token without the scope openid, as a password sign-in gives it', () => {
      expect(found).toMatchObject({ userInfo: [401, 'invalid_token'] });
    });

    test('revokes a refresh token', () => {
      expect(found).toMatchObject({ revoked: 'invalid_grant' });
    });
  });
}
