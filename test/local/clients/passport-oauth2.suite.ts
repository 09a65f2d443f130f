import { describe, expect, test } from '@jest/globals';
import { signInAs, type Running } from './running.js';

export function passportOauth2(running: () => Running) {
  describe('passport-oauth2', () => {
    test('signs a person in on a server with a client secret, and refuses another state and a used code', async () => {
      const { clientId, clientSecret } = running().pool('staff');
      const callbackUrl = 'http://localhost:4713/callback';
      await running().allowPage('staff', callbackUrl, 'clientId');
      const browse = signInAs(running, 'chef');
      const setup = { clientId, clientSecret, callbackUrl };
      expect(await running().run('passport-oauth2', setup, browse)).toStrictEqual({
        tampered: 403,
        api: [200, 200],
        isRenewable: true,
        replayed: { error: 'invalid_grant' },
      });
    });
  });
}
