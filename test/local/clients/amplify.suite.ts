import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from './running.js';

export function amplify(running: () => Running) {
  describe('aws-amplify', () => {
    const username = `ada-${randomUUID()}`;
    let found: Record<string, unknown>;

    beforeAll(async () => {
      await running().openSignUp('customers');
      const { userPoolId, publicClientId: clientId } = running().pool('customers');
      found = (await running().run('amplify', { userPoolId, clientId, username })) as typeof found;
    });

    test('signs up, confirms with the code that was sent, and signs in by itself', () => {
      expect(found['signUp']).toStrictEqual({
        steps: ['CONFIRM_SIGN_UP', 'COMPLETE_AUTO_SIGN_IN', 'DONE'],
        wrongCode: 'CodeMismatchException',
        again: 'UsernameExistsException',
        api: [200, 200],
      });
    });

    test('signs in by its default settings', () => {
      expect(found['signIn']).toStrictEqual({
        wrongPassword: 'NotAuthorizedException',
        step: 'DONE',
        username,
        api: [200, 200],
      });
    });

    test('renews its session', () => {
      expect(found['refresh']).toStrictEqual({ isNew: [true, true], api: [200, 200] });
    });

    test('sees the claims of an attribute, and those that a trigger makes of it, once it has renewed its session', () => {
      const tenants = (tenant: string | null) => [tenant, tenant, tenant];
      // Before, there is none, which JSON has as null.
      expect(found['claims']).toStrictEqual({ before: tenants(null), after: tenants('acme') });
    });

    test('changes, verifies and deletes attributes', () => {
      expect(found['attributes']).toStrictEqual({
        steps: ['email CONFIRM_ATTRIBUTE_WITH_CODE', 'locale DONE', 'name DONE'],
        wrongCode: 'CodeMismatchException',
        stored: { email: `${username}@new.example`, email_verified: 'true', name: 'Ada' },
      });
    });

    test('updates a password, and resets a forgotten one with the code that was sent', () => {
      expect(found['passwords']).toStrictEqual({
        wrongOld: 'NotAuthorizedException',
        tooShort: 'InvalidPasswordException',
        wrongCode: 'CodeMismatchException',
        old: 'NotAuthorizedException',
        steps: ['CONFIRM_RESET_PASSWORD_WITH_CODE', 'DONE'],
      });
    });

    test('sets up an authenticator app and signs in with its code', () => {
      expect(found['secondFactor']).toStrictEqual({
        wrongSetUp: 'EnableSoftwareTokenMFAException',
        preference: { preferred: 'TOTP', enabled: ['TOTP'] },
        steps: ['CONFIRM_SIGN_IN_WITH_TOTP_CODE', 'DONE'],
        wrongCode: 'CodeMismatchException',
        api: [200, 200],
      });
    });

    test('signs out everywhere', () => {
      expect(found['signOut']).toStrictEqual({
        user: 'UserUnAuthenticatedException',
        token: 'Access Token has been revoked',
      });
    });

    test('deletes the account', () => {
      expect(found['deletion']).toStrictEqual({ user: 'NotAuthorizedException' });
    });
  });
}
