import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';
import { codeFor, messagesIn } from '../outbox/outbox.js';
import { attributeList, attributesOf, newName, signedUp } from './people.js';

const NEW = 'An0ther-password';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, { AutoVerifiedAttributes: ['email'] }));
/** A pool in which a new address waits for its code before it replaces the old one. */
const careful = beforeTests(() =>
  createApp(emulator, {
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  }),
);

const update = (AccessToken: string, attributes: Record<string, string>) =>
  app.sdk.updateUserAttributes({ AccessToken, UserAttributes: attributeList(attributes) });

describe('a password', () => {
  const change = (AccessToken: string, PreviousPassword: string, ProposedPassword = NEW) =>
    app.sdk.changePassword({ AccessToken, PreviousPassword, ProposedPassword });

  test('is changed by who has a token and the previous one', async () => {
    const { Username, AccessToken } = await signedUp(emulator, app);
    await expectRefusal(
      change(AccessToken, 'wr0ng-password'),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
    await expectRefusal(change(AccessToken, PASSWORD, 'short1!'), 'InvalidPasswordException', 'not long enough');
    await change(AccessToken, PASSWORD);
    await expectRefusal(app.signIn(Username), 'NotAuthorizedException', 'Incorrect username or password.');
    await expect(app.signIn(Username, NEW)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('can be guessed five times in an hour by who has a token', async () => {
    const { AccessToken } = await signedUp(emulator, app);
    for (let guess = 0; guess < 5; guess += 1)
      await expectRefusal(change(AccessToken, `wr0ng-${guess}`), 'NotAuthorizedException');
    await expectRefusal(change(AccessToken, PASSWORD), 'LimitExceededException', 'Attempt limit exceeded');
    emulator.pass({ minutes: 59 });
    await expectRefusal(change(AccessToken, PASSWORD), 'LimitExceededException', 'Attempt limit exceeded');
  });
});

describe('a new e-mail address', () => {
  test('replaces the old one at once, unverified, and a code that is sent to it verifies it', async () => {
    const { AccessToken } = await signedUp(emulator, app);
    const email = `${newName()}@new.example`;
    expect(await update(AccessToken, { email, nickname: 'Ada' })).toMatchObject({
      CodeDeliveryDetailsList: [{ AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'p***@n***' }],
    });
    expect(await attributesOf(app, AccessToken)).toMatchObject({ email, email_verified: 'false', nickname: 'Ada' });
    const message = (await messagesIn(emulator.dir)).at(-1);
    expect(message).toMatchObject({ to: email, kind: 'UpdateUserAttribute' });
    await app.sdk.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code: message?.code });
    expect(await attributesOf(app, AccessToken)).toMatchObject({ email, email_verified: 'true' });
  });

  test('waits for its code where the pool says so, and the old one stays verified until then', async () => {
    const { Username, email: old, AccessToken } = await signedUp(emulator, careful);
    const email = `${newName()}@new.example`;
    await update(AccessToken, { email });
    expect(await attributesOf(careful, AccessToken)).toMatchObject({ email: old, email_verified: 'true' });
    const UserAttributes = attributeList({ email, email_verified: 'false' });
    await careful.sdk.adminUpdateUserAttributes({ UserPoolId: careful.UserPoolId, Username, UserAttributes });
    expect(await attributesOf(careful, AccessToken)).toMatchObject({ email: old, email_verified: 'true' });
    const Code = await codeFor(emulator.dir, email);
    await careful.sdk.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code });
    expect(await attributesOf(careful, AccessToken)).toMatchObject({ email, email_verified: 'true' });
  });

  test('is not verified by a code that was sent to an earlier one', async () => {
    const { AccessToken } = await signedUp(emulator, app);
    const [first, second] = [`${newName()}@first.example`, `${newName()}@second.example`];
    await update(AccessToken, { email: first });
    const Code = await codeFor(emulator.dir, first);
    await update(AccessToken, { email: second });
    const stale = app.sdk.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code });
    await expectRefusal(stale, 'CodeMismatchException', 'Invalid verification code provided');
    expect(await attributesOf(app, AccessToken)).toMatchObject({ email: second, email_verified: 'false' });
  });

  test('has its code sent on request, which is refused without an address', async () => {
    const Username = await app.addUser({ email: 'ada@example.com' });
    const AccessToken = (await app.signIn(Username)).AuthenticationResult?.AccessToken;
    const { CodeDeliveryDetails } = await app.sdk.getUserAttributeVerificationCode({
      AccessToken,
      AttributeName: 'email',
    });
    expect(CodeDeliveryDetails?.Destination).toBe('a***@e***');
    expect((await messagesIn(emulator.dir)).at(-1)).toMatchObject({
      to: 'ada@example.com',
      kind: 'VerifyUserAttribute',
    });
    await expectRefusal(
      app.sdk.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'phone_number' }),
      'InvalidParameterException',
      'The user has no phone_number to verify.',
    );
  });
});

describe('an administrator', () => {
  const administer = (Username: string, attributes: Record<string, string>) =>
    app.sdk.adminUpdateUserAttributes({
      UserPoolId: app.UserPoolId,
      Username,
      UserAttributes: attributeList(attributes),
    });

  test('changes attributes, and verifies an address without a code', async () => {
    const { Username, AccessToken } = await signedUp(emulator, app);
    const sent = await messagesIn(emulator.dir);
    await administer(Username, { email: 'boss@example.com', email_verified: 'true', locale: 'en' });
    expect(await messagesIn(emulator.dir)).toStrictEqual(sent);
    const changed = { email: 'boss@example.com', email_verified: 'true', locale: 'en' };
    expect(await attributesOf(app, AccessToken)).toMatchObject(changed);
  });

  test('deletes attributes, an address with what is known of it', async () => {
    const { Username, AccessToken } = await signedUp(emulator, app, { nickname: 'Ada' });
    const { sdk, UserPoolId } = app;
    await sdk.adminDeleteUserAttributes({ UserPoolId, Username, UserAttributeNames: ['email', 'nickname'] });
    expect(Object.keys(await attributesOf(app, AccessToken))).toStrictEqual(['sub']);
  });
});

describe('a user', () => {
  test('deletes attributes of their own, by name or with an empty value', async () => {
    const { AccessToken } = await signedUp(emulator, app, { nickname: 'Ada', locale: 'en' });
    await app.sdk.deleteUserAttributes({ AccessToken, UserAttributeNames: ['nickname'] });
    await update(AccessToken, { locale: '' });
    expect(Object.keys(await attributesOf(app, AccessToken))).toStrictEqual(['sub', 'email', 'email_verified']);
  });

  test('deletes the account, and the user name is free again', async () => {
    const { Username, AccessToken } = await signedUp(emulator, app);
    await app.sdk.deleteUser({ AccessToken });
    await expectRefusal(app.sdk.getUser({ AccessToken }), 'UserNotFoundException', 'User does not exist.');
    await expectRefusal(app.signIn(Username), 'NotAuthorizedException', 'Incorrect username or password.');
    const again = { ClientId: app.ClientId, SecretHash: app.hash(Username), Username, Password: PASSWORD };
    await expect(app.sdk.signUp(again)).resolves.toHaveProperty('UserConfirmed', false);
  });

  test.each([
    [
      'ChangePassword',
      (AccessToken: string) =>
        app.sdk.changePassword({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword: NEW }),
    ],
    ['UpdateUserAttributes', (AccessToken: string) => update(AccessToken, { nickname: 'Eve' })],
    [
      'DeleteUserAttributes',
      (AccessToken: string) => app.sdk.deleteUserAttributes({ AccessToken, UserAttributeNames: ['email'] }),
    ],
    [
      'GetUserAttributeVerificationCode',
      (AccessToken: string) => app.sdk.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' }),
    ],
    [
      'VerifyUserAttribute',
      (AccessToken: string) => app.sdk.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code: '123456' }),
    ],
    ['DeleteUser', (AccessToken: string) => app.sdk.deleteUser({ AccessToken })],
  ])('who has signed out can no longer call %s', async (_name, call) => {
    const { AccessToken } = await signedUp(emulator, app);
    await app.sdk.globalSignOut({ AccessToken });
    await expectRefusal(call(AccessToken), 'NotAuthorizedException', 'Access Token has been revoked');
  });
});
