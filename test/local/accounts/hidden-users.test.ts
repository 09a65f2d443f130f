import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, PASSWORD, useEmulator, type App } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { newName, signedUp, signUp } from './people.js';

const emulator = useEmulator();
/** A client that hides who exists, and one that doesn't, of one pool. */
const hiding = beforeTests(() => createApp(emulator, { AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false }));
const legacy = beforeTests(() =>
  createClient(emulator.sdk, hiding.UserPoolId, {
    GenerateSecret: false,
    PreventUserExistenceErrors: 'LEGACY',
  }),
);

const forgot = ({ sdk, ClientId }: App, Username: string) => sdk.forgotPassword({ ClientId, Username });
const resend = ({ sdk, ClientId }: App, Username: string) => sdk.resendConfirmationCode({ ClientId, Username });
const confirmPassword = ({ sdk, ClientId }: App, Username: string) =>
  sdk.confirmForgotPassword({ ClientId, Username, ConfirmationCode: '123456', Password: PASSWORD });
const confirmSignUp = ({ sdk, ClientId }: App, Username: string) =>
  sdk.confirmSignUp({ ClientId, Username, ConfirmationCode: '123456' });

async function disabledUser() {
  const { Username } = await signedUp(emulator, hiding);
  await hiding.sdk.adminDisableUser({ UserPoolId: hiding.UserPoolId, Username });
  return Username;
}

/** Names whose owner gets no code, if there is one. */
const unreachable: Record<string, () => Promise<string>> = {
  'a name that nobody has': async () => newName(),
  'a disabled user': disabledUser,
  'a user without a verified address': () => hiding.addUser({ email: 'unverified@example.com' }),
};

describe('a client that hides who exists', () => {
  test.each(Object.entries(unreachable))('says that %s was sent a code for a new password', async (_name, user) => {
    const name = await user();
    const sent = await messagesIn(emulator.dir);
    const { CodeDeliveryDetails } = await forgot(hiding, name);
    expect(CodeDeliveryDetails).toStrictEqual({
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: expect.stringMatching(/^[a-z]\*{3}@[a-z]\*{3}$/u) as unknown,
    });
    expect((await forgot(hiding, name)).CodeDeliveryDetails).toStrictEqual(CodeDeliveryDetails);
    expect(await messagesIn(emulator.dir)).toStrictEqual(sent);
  });

  test('invents a destination from a name that is an address', async () => {
    expect((await forgot(hiding, 'nobody@home.example')).CodeDeliveryDetails?.Destination).toBe('n***@h***');
    expect((await forgot(hiding, '+15555550142')).CodeDeliveryDetails?.Destination).toBe('+*******0142');
  });

  test('limits requests and guesses for a name that nobody has as for a user’s', async () => {
    const nobody = newName();
    for (let time = 0; time < 5; time += 1) {
      await forgot(hiding, nobody);
      await expectRefusal(confirmPassword(hiding, nobody), 'CodeMismatchException');
    }
    await expectRefusal(forgot(hiding, nobody), 'LimitExceededException', 'Attempt limit exceeded');
    await expectRefusal(confirmPassword(hiding, nobody), 'LimitExceededException', 'Attempt limit exceeded');
  });

  test('refuses a new password with CodeMismatch for nobody and for a disabled user, and with ExpiredCode where no code was requested', async () => {
    for (const name of [newName(), await disabledUser()])
      await expectRefusal(confirmPassword(hiding, name), 'CodeMismatchException', 'Invalid verification code provided');
    const { Username } = await signedUp(emulator, hiding);
    await expectRefusal(confirmPassword(hiding, Username), 'ExpiredCodeException', 'please request a code again');
  });

  test('says of nobody and of a disabled user that the code was sent again', async () => {
    const { Username } = await signUp(emulator, hiding);
    await hiding.sdk.adminDisableUser({ UserPoolId: hiding.UserPoolId, Username });
    const sent = await messagesIn(emulator.dir);
    for (const name of [newName(), Username])
      expect((await resend(hiding, name)).CodeDeliveryDetails).toHaveProperty('DeliveryMedium', 'EMAIL');
    expect(await messagesIn(emulator.dir)).toStrictEqual(sent);
  });

  test('refuses to confirm the sign-up of nobody as with an expired code', async () => {
    await expectRefusal(confirmSignUp(hiding, newName()), 'ExpiredCodeException', 'please request a code again');
  });

  test('says all the same that a user name is taken, as Cognito does', async () => {
    const { Username } = await signUp(emulator, hiding);
    const again = hiding.sdk.signUp({ ClientId: hiding.ClientId, Username, Password: PASSWORD });
    await expectRefusal(again, 'UsernameExistsException', 'User already exists');
  });
});

describe('a client that does not hide who exists', () => {
  test('says that there is no such user', async () => {
    for (const ask of [forgot, resend, confirmPassword, confirmSignUp])
      await expectRefusal(ask(legacy, newName()), 'UserNotFoundException', 'Username/client id combination not found.');
  });

  test('says that a user is disabled, and why one can get no code', async () => {
    const disabled = await disabledUser();
    for (const ask of [forgot, resend, confirmPassword])
      await expectRefusal(ask(legacy, disabled), 'NotAuthorizedException', 'User is disabled.');
    await expectRefusal(
      forgot(legacy, await legacy.addUser()),
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
  });
});
