import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { newName, signUp } from './people.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, { AutoVerifiedAttributes: ['email'] }));

const confirm = (Username: string, ConfirmationCode: string) =>
  app.sdk.confirmSignUp({ ClientId: app.ClientId, SecretHash: app.hash(Username), Username, ConfirmationCode });

describe('a person who signs up', () => {
  test('receives a code by e-mail, and can sign in once it is confirmed', async () => {
    const { Username, email, code, response } = await signUp(emulator, app);
    expect(response).toMatchObject({
      UserConfirmed: false,
      UserSub: expect.stringMatching(/^[\da-f-]{36}$/u) as unknown,
      CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'p***@e***' },
    });
    expect((await messagesIn(emulator.dir)).at(-1)).toMatchObject({ to: email, kind: 'SignUp', username: Username });
    expect(code).toMatch(/^\d{6}$/u);

    const person = { UserPoolId: app.UserPoolId, Username };
    expect(await app.sdk.adminGetUser(person)).toMatchObject({ Enabled: true, UserStatus: 'UNCONFIRMED' });
    await expectRefusal(app.signIn(Username), 'UserNotConfirmedException', 'User is not confirmed.');
    await confirm(Username, code);
    expect(await app.sdk.adminGetUser(person)).toMatchObject({
      UserStatus: 'CONFIRMED',
      UserAttributes: expect.arrayContaining([
        { Name: 'sub', Value: response.UserSub },
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ]) as unknown,
    });
    await expect(app.signIn(Username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('is not told that the account waits for its confirmation by a wrong password', async () => {
    const { Username } = await signUp(emulator, app);
    await expectRefusal(app.signIn(Username, 'wr0ng-password'), 'NotAuthorizedException', 'Incorrect username');
  });

  test('may have the code sent again, which replaces the first one', async () => {
    const { Username, email, code } = await signUp(emulator, app);
    const { CodeDeliveryDetails } = await app.sdk.resendConfirmationCode({
      ClientId: app.ClientId,
      SecretHash: app.hash(Username),
      Username,
    });
    expect(CodeDeliveryDetails).toStrictEqual({
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: 'p***@e***',
    });
    const message = (await messagesIn(emulator.dir)).at(-1);
    expect(message).toMatchObject({ to: email, kind: 'ResendCode' });
    if (message?.code !== code)
      await expectRefusal(confirm(Username, code), 'CodeMismatchException', 'Invalid verification code provided');
    await expect(confirm(Username, message?.code ?? '')).resolves.toBeDefined();
  });

  test('is confirmed by an administrator without a code, and the address is then unverified', async () => {
    const { Username, code } = await signUp(emulator, app);
    const person = { UserPoolId: app.UserPoolId, Username };
    await app.sdk.adminConfirmSignUp(person);
    const { UserStatus, UserAttributes } = await app.sdk.adminGetUser(person);
    expect(UserStatus).toBe('CONFIRMED');
    expect(UserAttributes?.map(({ Name }) => Name)).not.toContain('email_verified');
    const refusal = 'User cannot be confirmed. Current status is CONFIRMED';
    await expectRefusal(confirm(Username, code), 'NotAuthorizedException', refusal);
    await expectRefusal(app.sdk.adminConfirmSignUp(person), 'NotAuthorizedException', refusal);
  });

  test('receives no code where the pool verifies nothing', async () => {
    const silent = await createApp(emulator);
    const sent = (await messagesIn(emulator.dir)).length;
    const { Username, response } = await signUp(emulator, silent);
    expect(response).not.toHaveProperty('CodeDeliveryDetails');
    expect(await messagesIn(emulator.dir)).toHaveLength(sent);
    await expectRefusal(
      silent.sdk.resendConfirmationCode({ ClientId: silent.ClientId, SecretHash: silent.hash(Username), Username }),
      'InvalidParameterException',
      'Auto verification not turned on.',
    );
  });

  test('receives the code by text message where the pool verifies both addresses', async () => {
    const both = await createApp(emulator, { AutoVerifiedAttributes: ['email', 'phone_number'] });
    const { response } = await signUp(emulator, both, { phone_number: '+15555550199' });
    expect(response.CodeDeliveryDetails).toStrictEqual({
      AttributeName: 'phone_number',
      DeliveryMedium: 'SMS',
      Destination: '+*******0199',
    });
    expect((await messagesIn(emulator.dir)).at(-1)).toHaveProperty('to', '+15555550199');
  });
});

describe('a sign-up is refused', () => {
  const attempt = (Username: string, input: { Password?: string; SecretHash?: string } = {}) =>
    app.sdk.signUp({ ClientId: app.ClientId, SecretHash: app.hash(Username), Username, Password: PASSWORD, ...input });

  test('for a user name that is taken, in any case of its letters', async () => {
    const { Username } = await signUp(emulator, app);
    await expectRefusal(attempt(Username.toUpperCase()), 'UsernameExistsException', 'User already exists');
  });

  test('for a password that the policy forbids', async () => {
    await expectRefusal(
      attempt(newName(), { Password: 'short' }),
      'InvalidPasswordException',
      'Password did not conform with policy: Password not long enough',
    );
  });

  test('without the proof that the client has its secret', async () => {
    await expectRefusal(
      attempt(newName(), { SecretHash: 'wrong' }),
      'NotAuthorizedException',
      'Unable to verify secret hash',
    );
  });

  test('in a pool where administrators alone create users', async () => {
    const closed = await createApp(emulator, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
    await expectRefusal(
      signUp(emulator, closed),
      'NotAuthorizedException',
      'SignUp is not permitted for this user pool',
    );
  });
});
