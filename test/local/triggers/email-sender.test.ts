import { describe, expect, test } from '@jest/globals';
import { createApp, PASSWORD, useEmulator } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { recorder } from './trigger-of.js';

const { triggerOf, eventsOf, log, lines, loggedOf } = recorder();

const emulator = useEmulator({
  log,
  triggers: {
    timeLimitMs: 100,
    triggers: [
      triggerOf('sending', 'customEmailSender', () => undefined),
      triggerOf('sending', 'customMessage', ({ response }) => {
        response.smsMessage = 'Code {####}';
        response.emailMessage = 'Code {####}';
      }),
      triggerOf('throws', 'customEmailSender', () => {
        throw new Error('No such mailbox');
      }),
      triggerOf('hangs', 'customEmailSender', () => new Promise<never>(() => undefined)),
    ],
  },
});

const appOf = (PoolName: string) =>
  createApp(emulator, { PoolName, AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false });
const emailOf = (Username: string) => [{ Name: 'email', Value: `${Username}@example.com` }];

async function signUp(poolName: string, Username = 'ann') {
  const app = await appOf(poolName);
  const { ClientId } = app;
  const UserAttributes = emailOf(Username);
  await app.sdk.signUp({ ClientId, Username, Password: PASSWORD, UserAttributes, ClientMetadata: { page: 'home' } });
  return app;
}

const lastCode = (poolName: string) => String(eventsOf(poolName).at(-1)?.request['code']);

describe('the trigger that sends e-mails', () => {
  test('gets each message as Cognito describes it, with a code that is good', async () => {
    const { sdk, ClientId, UserPoolId, signIn } = await signUp('sending');
    const person = { ClientId, Username: 'ann' };
    await sdk.resendConfirmationCode(person);
    await sdk.confirmSignUp({ ...person, ConfirmationCode: lastCode('sending') });
    await sdk.forgotPassword(person);
    const Password = 'N3w-passw0rd';
    await sdk.confirmForgotPassword({ ...person, ConfirmationCode: lastCode('sending'), Password });
    const { AccessToken } = (await signIn('ann', Password)).AuthenticationResult ?? {};
    await sdk.updateUserAttributes({ AccessToken, UserAttributes: emailOf('ann-too') });
    await sdk.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' });
    const Code = lastCode('sending');
    await sdk.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code });
    await sdk.adminCreateUser({ UserPoolId, Username: 'bob', UserAttributes: emailOf('bob') });
    await expect(signIn('bob', lastCode('sending'))).resolves.toHaveProperty('ChallengeName', 'NEW_PASSWORD_REQUIRED');

    const events = eventsOf('sending').filter(({ triggerSource }) => triggerSource.startsWith('CustomEmailSender'));
    expect(events[0]).toEqual({
      version: '1',
      triggerSource: 'CustomEmailSender_SignUp',
      region: 'us-east-1',
      userPoolId: UserPoolId,
      userName: 'ann',
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: ClientId },
      request: {
        type: 'customEmailSenderRequestV1',
        code: expect.stringMatching(/^\d{6}$/u),
        clientMetadata: { page: 'home' },
        userAttributes: {
          sub: expect.any(String),
          'cognito:user_status': 'UNCONFIRMED',
          email: 'ann@example.com',
        },
      },
    });
    expect(
      events.map(({ triggerSource, userName, request: { userAttributes } }) => [
        triggerSource.replace('CustomEmailSender_', ''),
        userName,
        (userAttributes as Record<string, string>)['email'],
      ]),
    ).toEqual([
      ['SignUp', 'ann', 'ann@example.com'],
      ['ResendCode', 'ann', 'ann@example.com'],
      ['ForgotPassword', 'ann', 'ann@example.com'],
      ['UpdateUserAttribute', 'ann', 'ann-too@example.com'],
      ['VerifyUserAttribute', 'ann', 'ann-too@example.com'],
      ['AdminCreateUser', 'bob', 'bob@example.com'],
    ]);
    expect(JSON.stringify(lines)).not.toContain(lastCode('sending'));
  });

  test('leaves the message in the outbox, which says who sent it, and text messages to Cognito', async () => {
    const { sdk, UserPoolId } = await signUp('sending', 'cy');
    const [message] = (await messagesIn(emulator.dir)).slice(-1);
    expect(message).toMatchObject({ kind: 'SignUp', to: 'cy@example.com', sentBy: 'sending' });
    expect(message).toMatchObject({ code: lastCode('sending') });
    expect(message).not.toHaveProperty('text');
    const page = await (await fetch(`${emulator.endpoint()}/outbox`)).text();
    expect(page).toContain('SignUp<br>sent by the trigger sending');

    const before = eventsOf('sending').length;
    const UserAttributes = [{ Name: 'phone_number', Value: '+15550100' }];
    await sdk.adminCreateUser({ UserPoolId, Username: 'dee', UserAttributes });
    expect((await messagesIn(emulator.dir)).at(-1)).not.toHaveProperty('sentBy');
    expect(eventsOf('sending').slice(before)).toMatchObject([{ triggerSource: 'CustomMessage_AdminCreateUser' }]);
  });

  test.each([
    ['throws', 'No such mailbox'],
    ['hangs', 'no end after 100 ms'],
  ])('that %s refuses nothing, since Cognito does not wait for it; the log says why', async (poolName, reason) => {
    const { sdk, ClientId } = await signUp(poolName);
    const ConfirmationCode = (await messagesIn(emulator.dir)).at(-1)?.code;
    await sdk.confirmSignUp({ ClientId, Username: 'ann', ConfirmationCode });
    expect(await loggedOf(poolName)).toMatchObject({ event: 'customEmailSender', reason, msg: 'a trigger failed' });
  });
});
