import { Agent } from 'node:http';
import type { InitiateAuthResponse, SignUpResponse } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from '@jest/globals';
import { moveUsers } from '../../../app/platform/triggers/move-users.js';
import { beforeTests, claimsOf, createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';
import { codeFor, messagesIn } from '../outbox/outbox.js';
import { rawRequests } from '../wire/raw-requests.js';
import { recorder } from './trigger-of.js';

const { triggerOf, eventsOf, log, lines } = recorder();
const names = Array.from({ length: 100 }, (_, index) => `person-${index}`);

/** Who exists elsewhere, by what is typed. */
const elsewhere: Record<string, Record<string, string>> = {
  ann: { email: 'ann@example.com', email_verified: 'true', 'custom:plan': 'gold' },
  reset: { email: 'reset@example.com' },
  twin: { email: 'ann@example.com', email_verified: 'true' },
  greeted: { email: 'greeted@example.com' },
  'old name': { email: 'old@example.com', username: 'new-name' },
  odd: { shoes: '43' },
};

const emulator = useEmulator({
  log,
  triggers: {
    triggers: [
      triggerOf('new', 'userMigration', async ({ triggerSource, userName, request, response }) => {
        const password = triggerSource === 'UserMigration_Authentication' ? request.password : PASSWORD;
        if (password !== PASSWORD) throw new Error('Bad password');
        if (userName === 'nobody') return;
        response.userAttributes = elsewhere[userName] ?? {};
        response.finalUserStatus = userName === 'reset' ? 'RESET_REQUIRED' : 'CONFIRMED';
        if (userName !== 'greeted') response.messageAction = 'SUPPRESS';
      }),
      triggerOf('taking', 'userMigration', ({ userName, response }) => {
        response.userAttributes = elsewhere[userName] ?? {};
        response.messageAction = 'SUPPRESS';
        response.forceAliasCreation = true;
      }),
      triggerOf('from', 'preSignUp', ({ response }) => {
        response.autoConfirmUser = true;
      }),
      triggerOf('to', 'userMigration', (event) => {
        const PREVIOUS_POOL = JSON.stringify({ userPoolId: from.UserPoolId, clientId: from.ClientId });
        return move(event, { PREVIOUS_POOL });
      }),
    ],
  },
});
const move = moveUsers({
  previousSub: 'previous_sub',
  connection: {
    endpoint: async () => {
      const { hostname, port, protocol } = new URL(emulator.endpoint());
      return { hostname, port: Number(port), protocol, path: '/' };
    },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  },
});
/** Without the SDK, whose own work would be most of the time. */
const { call } = rawRequests(emulator, new Agent({ maxSockets: 250 }));

const plan = { Schema: [{ Name: 'plan', AttributeDataType: 'String' as const }] };
const appOf = (PoolName: string, settings = {}) =>
  createApp(emulator, { PoolName, AliasAttributes: ['email'], ...plan }, { GenerateSecret: false, ...settings });
const app = beforeTests(() => appOf('new'));
const from = beforeTests(() => createApp(emulator, { PoolName: 'from', ...plan }, { GenerateSecret: false }));

describe('the trigger that migrates users', () => {
  test('makes the user at the first sign-in, with the typed password, and is not asked again', async () => {
    const { sdk, ClientId, UserPoolId } = app;
    const AuthParameters = { USERNAME: 'ann', PASSWORD };
    const request = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH' as const, AuthParameters };
    const { AuthenticationResult } = await sdk.initiateAuth({ ...request, ClientMetadata: { page: 'home' } });
    expect(claimsOf(AuthenticationResult?.IdToken)).toMatchObject({
      'cognito:username': 'ann',
      email_verified: true,
      'custom:plan': 'gold',
    });
    await app.signIn('ann');
    await expectRefusal(app.signIn('ann', 'Wr0ng-password'), 'NotAuthorizedException', 'Incorrect username');
    await expect(sdk.adminGetUser({ UserPoolId, Username: 'ann' })).resolves.toMatchObject({ UserStatus: 'CONFIRMED' });
    expect(await messagesIn(emulator.dir)).toEqual([]);
    expect(eventsOf('new')).toMatchObject([
      {
        version: '1',
        triggerSource: 'UserMigration_Authentication',
        userName: 'ann',
        callerContext: { clientId: ClientId },
        request: { password: PASSWORD, validationData: { page: 'home' } },
        response: {
          userAttributes: null,
          forceAliasCreation: null,
          finalUserStatus: null,
          messageAction: null,
          desiredDeliveryMediums: null,
          enableSMSMFA: null,
        },
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(PASSWORD);
  });

  test.each([
    ['ann-too', 'Wr0ng-password', 'UserMigration failed with error Bad password.'],
    ['nobody', PASSWORD, 'userAttributes is missing, or a member is invalid'],
    ['odd', PASSWORD, 'Attributes did not conform to the schema: shoes: Attribute does not exist in the schema.\n'],
    ['twin', PASSWORD, 'An account with the given email already exists.'],
  ])(
    'that refuses, or whose user the pool can not hold (%s), refuses the sign-in; the log says why',
    async (name, password, reason) => {
      await expectRefusal(app.signIn(name, password), 'NotAuthorizedException', 'Incorrect username or password.');
      expect(lines).toContainEqual(expect.objectContaining({ trigger: 'new', reason }));
      const open = await appOf('new', { PreventUserExistenceErrors: 'LEGACY' });
      const message = `Exception migrating user in app client ${open.ClientId}`;
      if (name !== 'twin') await expectRefusal(open.signIn(name, password), 'UserNotFoundException', message);
      const { UserPoolId } = app;
      await expectRefusal(app.sdk.adminGetUser({ UserPoolId, Username: name }), 'UserNotFoundException');
    },
  );

  test('is not asked while the name is locked out', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expectRefusal(app.signIn('locked', 'Wr0ng-password'), 'NotAuthorizedException', 'Incorrect username');
    await expectRefusal(app.signIn('locked'), 'NotAuthorizedException', 'Password attempts exceeded');
    expect(eventsOf('new').filter(({ userName }) => userName === 'locked')).toHaveLength(5);
  });

  test('may require a new password, greet the user, choose another name, and take an address from its owner', async () => {
    const { sdk, UserPoolId } = app;
    await expectRefusal(app.signIn('reset'), 'PasswordResetRequiredException', 'Password reset required for the user');
    await app.signIn('greeted');
    expect((await messagesIn(emulator.dir)).at(-1)).toMatchObject({
      kind: 'AdminCreateUser',
      username: 'greeted',
      code: '',
    });
    await app.signIn('old name').catch(() => undefined);
    await expect(sdk.adminGetUser({ UserPoolId, Username: 'new-name' })).resolves.toHaveProperty('Enabled', true);

    const taking = await appOf('taking');
    for (const name of ['ann', 'twin']) await taking.signIn(name);
    const { UserAttributes } = await sdk.adminGetUser({ UserPoolId: taking.UserPoolId, Username: 'ann' });
    expect(UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'false' });
  });

  test('makes the user at a forgotten password too, who then sets one by the code', async () => {
    const { sdk, ClientId } = await appOf('new');
    const { CodeDeliveryDetails } = await sdk.forgotPassword({ ClientId, Username: 'ann' });
    expect(CodeDeliveryDetails).toMatchObject({ Destination: 'a***@e***' });
    expect(eventsOf('new').at(-1)).toMatchObject({
      triggerSource: 'UserMigration_ForgotPassword',
      request: expect.not.objectContaining({ password: expect.anything() as unknown }) as unknown,
    });
    const ConfirmationCode = await codeFor(emulator.dir, 'ann@example.com');
    await sdk.confirmForgotPassword({ ClientId, Username: 'ann', ConfirmationCode, Password: 'N3w-password' });
    const AuthParameters = { USERNAME: 'ann', PASSWORD: 'N3w-password' };
    const request = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH' as const, AuthParameters };
    await expect(sdk.initiateAuth(request)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    // Who exists nowhere isn't told apart.
    await expect(sdk.forgotPassword({ ClientId, Username: 'nobody' })).resolves.toHaveProperty('CodeDeliveryDetails');
  });
});

test('100 people move to another pool by signing in once each, with their passwords and attributes, none by a reset', async () => {
  const passwordOf = (name: string) => `Passw0rd!-${name}`;
  const signUps = names.map((Username) => {
    const UserAttributes = [{ Name: 'custom:plan', Value: `plan of ${Username}` }];
    const { ClientId } = from;
    return call('SignUp', JSON.stringify({ ClientId, Username, Password: passwordOf(Username), UserAttributes }));
  });
  const subs = (await Promise.all(signUps)).map(({ body }) => (JSON.parse(body) as SignUpResponse).UserSub);
  const sent = (await messagesIn(emulator.dir)).length;

  const Schema = ['plan', 'previous_sub'].map((Name) => ({ Name, AttributeDataType: 'String' as const }));
  const to = await createApp(emulator, { PoolName: 'to', Schema }, { GenerateSecret: false });
  const signIn = async (USERNAME: string, PASSWORD: string) => {
    const { ClientId } = to;
    const request = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } };
    const { body } = await call('InitiateAuth', JSON.stringify(request));
    return JSON.parse(body) as InitiateAuthResponse & { __type?: string };
  };
  const wrong = await signIn(names[0] ?? '', 'Wr0ng-password');
  expect(wrong.__type).toBe('NotAuthorizedException');
  const signedIn = await Promise.all(names.map((name) => signIn(name, passwordOf(name))));
  const claims = signedIn.map(({ AuthenticationResult }) => claimsOf(AuthenticationResult?.IdToken));
  expect(claims.map((each) => each['custom:plan'])).toEqual(names.map((name) => `plan of ${name}`));
  expect(claims.map((each) => each['custom:previous_sub'])).toEqual(subs);
  expect(await signIn('person-7', passwordOf('person-7'))).toHaveProperty('AuthenticationResult');

  expect(eventsOf('to')).toHaveLength(101);
  expect(eventsOf('to').map(({ triggerSource }) => triggerSource)).not.toContain('UserMigration_ForgotPassword');
  expect(await messagesIn(emulator.dir)).toHaveLength(sent);
  const { Users = [] } = await emulator.sdk.listUsers({ UserPoolId: to.UserPoolId, Limit: 60 });
  expect(new Set(Users.map(({ UserStatus }) => UserStatus))).toEqual(new Set(['CONFIRMED']));
  const { UserPool } = await emulator.sdk.describeUserPool({ UserPoolId: to.UserPoolId });
  expect(UserPool?.EstimatedNumberOfUsers).toBe(100);
});
