import { describe, expect, test } from '@jest/globals';
import { createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { recorder } from './trigger-of.js';

const { triggerOf, eventsOf, log, lines } = recorder();

const emulator = useEmulator({
  log,
  triggers: {
    triggers: [
      triggerOf('worded', 'customMessage', ({ request, response }) => {
        response.emailSubject = 'Welcome';
        response.emailMessage = `${request.usernameParameter ?? 'Hello'}: ${request.codeParameter}`;
        response.smsMessage = `Code ${request.codeParameter}`;
      }),
      triggerOf('without code', 'customMessage', ({ response }) => {
        response.emailMessage = 'Welcome!';
      }),
      triggerOf('silent', 'customMessage', () => undefined),
      triggerOf('too long', 'customMessage', ({ request, response }) => {
        response.emailMessage = request.codeParameter.padEnd(20_001, '.');
      }),
      triggerOf('throws', 'customMessage', () => {
        throw new Error('No words');
      }),
      triggerOf('staff only', 'preSignUp', (event) => {
        const { triggerSource, request, response } = event;
        if (triggerSource === 'PreSignUp_AdminCreateUser' && request.validationData?.['code'] !== 'x')
          throw new Error('Ask first');
        response.autoConfirmUser = true;
        response.autoVerifyEmail = true;
      }),
    ],
  },
});

const ann = { UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }] };
const appOf = (PoolName: string) =>
  createApp(emulator, { PoolName, AutoVerifiedAttributes: ['email'] }, { GenerateSecret: false });

async function signUp(poolName: string) {
  const { sdk, ClientId } = await appOf(poolName);
  await sdk.signUp({ ClientId, Username: 'ann', Password: PASSWORD, ...ann, ClientMetadata: { page: 'home' } });
  const message = (await messagesIn(emulator.dir)).at(-1);
  return { message, code: message?.code ?? '', ClientId };
}

describe('the trigger for messages', () => {
  test('words what Cognito sends, with the code in place of its placeholder', async () => {
    const { message, code, ClientId } = await signUp('worded');
    expect(message).toMatchObject({ kind: 'SignUp', subject: 'Welcome', text: `Hello: ${code}` });
    expect(eventsOf('worded')).toMatchObject([
      {
        version: '1',
        triggerSource: 'CustomMessage_SignUp',
        userName: 'ann',
        callerContext: { clientId: ClientId },
        request: {
          userAttributes: { 'cognito:user_status': 'UNCONFIRMED', email: 'ann@example.com' },
          codeParameter: '{####}',
          linkParameter: '{##Click Here##}',
          usernameParameter: null,
          clientMetadata: { page: 'home' },
        },
        response: { smsMessage: null, emailMessage: null, emailSubject: null },
      },
    ]);
  });

  test('gives an invitation the user name too, and a phone number the text message', async () => {
    const { sdk, UserPoolId } = await appOf('worded');
    const invite = async (Username: string, Name: string, Value: string) => {
      await sdk.adminCreateUser({ UserPoolId, Username, UserAttributes: [{ Name, Value }] });
      return (await messagesIn(emulator.dir)).at(-1);
    };
    const bob = await invite('bob', 'email', 'bob@example.com');
    expect(bob).toMatchObject({ kind: 'AdminCreateUser', text: `bob: ${bob?.code}` });
    // A text message without the user name is not used.
    expect(await invite('cy', 'phone_number', '+15550100')).not.toHaveProperty('text');
  });

  test('that says nothing, or leaves the code out, leaves the message as Cognito has it', async () => {
    expect((await signUp('silent')).message).not.toHaveProperty('text');
    expect((await signUp('without code')).message).not.toHaveProperty('text');
    expect(lines).toContainEqual(
      expect.objectContaining({ trigger: 'without code', reason: 'a message without {####} is not used' }),
    );
  });

  test.each([
    ['too long', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
    ['throws', 'UserLambdaValidationException', 'CustomMessage failed with error No words.'],
  ])('that is %s refuses the call, when the user exists already', async (poolName, type, message) => {
    await expectRefusal(signUp(poolName), type, message);
    await expectRefusal(
      appOf(poolName).then(({ sdk, UserPoolId }) => sdk.adminGetUser({ UserPoolId, Username: 'ann' })),
      'UserNotFoundException',
    );
    expect(lines).toContainEqual(expect.objectContaining({ trigger: poolName, type }));
  });
});

test('the trigger before a sign-up decides on users whom an administrator creates, and can verify, not confirm them', async () => {
  const { sdk, UserPoolId } = await appOf('staff only');
  const create = (Value: string) =>
    sdk.adminCreateUser({ UserPoolId, Username: 'ann', ...ann, ValidationData: [{ Name: 'code', Value }] });
  await expectRefusal(create('y'), 'UserLambdaValidationException', 'PreSignUp failed with error Ask first.');
  const { User } = await create('x');
  expect(User).toMatchObject({
    UserStatus: 'FORCE_CHANGE_PASSWORD',
    Attributes: expect.arrayContaining([{ Name: 'email_verified', Value: 'true' }]) as unknown,
  });
  expect(eventsOf('staff only').at(-1)).toMatchObject({
    triggerSource: 'PreSignUp_AdminCreateUser',
    userName: 'ann',
    callerContext: { clientId: 'CLIENT_ID_NOT_APPLICABLE' },
    request: { userAttributes: { email: 'ann@example.com' }, validationData: { code: 'x' } },
  });
});
