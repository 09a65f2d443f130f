import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Running } from './running.js';

export function cognitoIdentity(running: () => Running) {
  describe('amazon-cognito-identity-js', () => {
    const username = `grace-${randomUUID()}`;
    let found: Record<string, unknown>;

    beforeAll(async () => {
      await running().openSignUp('staff');
      const { userPoolId, publicClientId: clientId } = running().pool('staff');
      found = (await running().run('cognito-identity', { userPoolId, clientId, username })) as typeof found;
    });

    test('signs up and confirms with the code that was sent', () => {
      expect(found['signUp']).toStrictEqual({
        userConfirmed: false,
        medium: 'EMAIL',
        early: 'UserNotConfirmedException',
        wrongCode: 'CodeMismatchException',
        confirmed: 'SUCCESS',
        again: 'UsernameExistsException',
      });
    });

    test('signs in by its default settings', () => {
      expect(found['signIn']).toStrictEqual({ wrongPassword: 'NotAuthorizedException', api: [200, 200] });
    });

    test('renews its session', () => {
      expect(found['refresh']).toStrictEqual({ isNew: true, api: [200, 200] });
    });

    test('changes, verifies and deletes attributes', () => {
      expect(found['attributes']).toStrictEqual({
        wrongCode: 'CodeMismatchException',
        stored: { email: `${username}@new.example`, email_verified: 'true', name: 'Ada' },
      });
    });

    test('changes a password, and resets a forgotten one with the code that was sent', () => {
      expect(found['passwords']).toStrictEqual({
        wrongOld: 'NotAuthorizedException',
        tooShort: 'InvalidPasswordException',
        wrongCode: 'CodeMismatchException',
        old: 'NotAuthorizedException',
        api: [200, 200],
      });
    });

    test('sets up an authenticator app and signs in with its code', () => {
      expect(found['secondFactor']).toStrictEqual({
        wrongSetUp: 'EnableSoftwareTokenMFAException',
        verified: 'SUCCESS',
        challenge: 'SOFTWARE_TOKEN_MFA',
        wrongCode: 'CodeMismatchException',
        api: [200, 200],
      });
    });

    test('signs out everywhere', () => {
      expect(found['signOut']).toStrictEqual({
        described: 'NotAuthorizedException',
        refreshed: 'NotAuthorizedException',
      });
    });

    test('deletes the account', () => {
      expect(found['deletion']).toStrictEqual({ deleted: 'SUCCESS', user: 'NotAuthorizedException' });
    });
  });
}
