import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { signInBySrp } from '../sign-in/srp-client.js';
import { signedUp, signUp } from './people.js';

const NEW = 'An0ther-password';

const emulator = useEmulator();
const app = beforeTests(() =>
  createApp(
    emulator,
    { AutoVerifiedAttributes: ['email', 'phone_number'] },
    { GenerateSecret: false, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'] },
  ),
);

const forgot = (Username: string, { sdk, ClientId } = app) => sdk.forgotPassword({ ClientId, Username });
const confirm = (Username: string, ConfirmationCode: string, Password = NEW) =>
  app.sdk.confirmForgotPassword({ ClientId: app.ClientId, Username, ConfirmationCode, Password });
const lastMessage = async () => (await messagesIn(emulator.dir)).at(-1);
const person = (Username: string) => ({ UserPoolId: app.UserPoolId, Username });

describe('a forgotten password', () => {
  test('is replaced by a code that goes to the verified address', async () => {
    const { Username, email } = await signedUp(emulator, app);
    const { CodeDeliveryDetails } = await forgot(Username);
    expect(CodeDeliveryDetails).toStrictEqual({
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: 'p***@e***',
    });
    const message = await lastMessage();
    expect(message).toMatchObject({ username: Username, to: email, kind: 'ForgotPassword' });

    await expect(app.signIn(Username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await confirm(Username, message?.code ?? '');
    await expectRefusal(app.signIn(Username), 'NotAuthorizedException', 'Incorrect username or password.');
    await expect(app.signIn(Username, NEW)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expect(signInBySrp(app, Username, { password: NEW, at: emulator.now() })).resolves.toHaveProperty(
      'AuthenticationResult.IdToken',
    );
  });

  test('must be replaced by one that the policy permits, and the code stays valid until then', async () => {
    const { Username } = await signedUp(emulator, app);
    await forgot(Username);
    const code = (await lastMessage())?.code ?? '';
    await expectRefusal(confirm(Username, code, 'short1!'), 'InvalidPasswordException', 'Password not long enough');
    await expect(confirm(Username, code)).resolves.toBeDefined();
  });

  test('is recovered by telephone first, or by the address that the pool prefers', async () => {
    const addresses = { phone_number: '+15555550123', phone_number_verified: 'true' };
    const attributes = { ...addresses, email: 'ada@example.com', email_verified: 'true' };
    await forgot(await app.addUser(attributes));
    expect(await lastMessage()).toMatchObject({ to: '+15555550123', kind: 'ForgotPassword' });

    const RecoveryMechanisms = [
      { Name: 'verified_phone_number' as const, Priority: 2 },
      { Name: 'verified_email' as const, Priority: 1 },
    ];
    const byEmail = await createApp(
      emulator,
      { AccountRecoverySetting: { RecoveryMechanisms } },
      { GenerateSecret: false },
    );
    await forgot(await byEmail.addUser(attributes), byEmail);
    expect(await lastMessage()).toMatchObject({ to: 'ada@example.com', kind: 'ForgotPassword' });
  });

  test('is not recovered in a pool where administrators do that', async () => {
    const RecoveryMechanisms = [{ Name: 'admin_only' as const, Priority: 1 }];
    const closed = await createApp(
      emulator,
      { AccountRecoverySetting: { RecoveryMechanisms } },
      { GenerateSecret: false },
    );
    const Username = await closed.addUser({ email: 'ada@example.com', email_verified: 'true' });
    const refusal = 'Contact administrator to reset password.';
    await expectRefusal(forgot(Username, closed), 'NotAuthorizedException', refusal);
  });

  test('is not recovered before the first one was chosen', async () => {
    const Username = 'invited';
    const UserAttributes = [
      { Name: 'email', Value: 'invited@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ];
    await app.sdk.adminCreateUser({ ...person(Username), UserAttributes });
    const refusal = 'User password cannot be reset in the current state.';
    await expectRefusal(forgot(Username), 'NotAuthorizedException', refusal);
    await expectRefusal(app.sdk.adminResetUserPassword(person(Username)), 'NotAuthorizedException', refusal);
  });
});

describe('a password that an administrator resets', () => {
  test('is refused in every flow, and so are tokens, until the user has used the code', async () => {
    const { Username, email, AccessToken } = await signedUp(emulator, app);
    await app.sdk.adminResetUserPassword(person(Username));
    expect(await app.sdk.adminGetUser(person(Username))).toHaveProperty('UserStatus', 'RESET_REQUIRED');
    const message = await lastMessage();
    expect(message).toMatchObject({ to: email, kind: 'ForgotPassword' });

    for (const attempt of [
      () => app.signIn(Username),
      () => signInBySrp(app, Username, { at: emulator.now() }),
      () => app.sdk.getUser({ AccessToken }),
    ])
      await expectRefusal(attempt(), 'PasswordResetRequiredException', 'Password reset required for the user');
    // A wrong password reveals it through a client that doesn't hide who exists, and through no other.
    await expectRefusal(app.signIn(Username, 'wr0ng-password'), 'NotAuthorizedException', 'Incorrect username');
    const { sdk, UserPoolId } = app;
    const open = await createClient(sdk, UserPoolId, { PreventUserExistenceErrors: 'LEGACY' });
    await expectRefusal(open.signIn(Username, 'wr0ng-password'), 'PasswordResetRequiredException');

    await confirm(Username, message?.code ?? '');
    expect(await app.sdk.adminGetUser(person(Username))).toHaveProperty('UserStatus', 'CONFIRMED');
    await expect(app.signIn(Username, NEW)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('is not reset for a user without a verified address, nor for one who has not confirmed', async () => {
    const refusal = 'Cannot reset password for the user as there is no registered/verified email or phone_number';
    const { Username } = await signUp(emulator, app);
    for (const unreachable of [await app.addUser(), Username])
      await expectRefusal(app.sdk.adminResetUserPassword(person(unreachable)), 'InvalidParameterException', refusal);
  });
});
