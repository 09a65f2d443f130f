import { describe, expect, test } from '@jest/globals';
import { signInAs, type Running } from './running.js';

/** With the `auth.ts` of app/README.md, on what next-auth itself stands on. */
export function authCore(running: () => Running) {
  describe('@auth/core', () => {
    test('signs a person in through the sign-in page, and refuses a way back with another state', async () => {
      const { issuer, publicClientId } = running().pool('customers');
      const site = 'http://localhost:4712';
      await running().allowPage('customers', `${site}/api/auth/callback/cognito`);
      const browse = signInAs(running, 'regular');
      expect(await running().run('auth-core', { issuer, publicClientId, site }, browse)).toStrictEqual({
        tampered: ['Configuration', null],
        home: `${site}/home`,
        user: {},
        api: 200,
      });
    });
  });
}
