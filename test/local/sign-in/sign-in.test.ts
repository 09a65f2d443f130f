import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, PASSWORD, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

async function challenge(person = app, username?: string) {
  const Username = username ?? (await app.addUser());
  await app.sdk.adminSetUserPassword({ UserPoolId: app.UserPoolId, Username, Password: PASSWORD });
  const { Session = '' } = await person.signIn(Username);
  return { Username, Session };
}

const answer = (
  { sdk, ClientId, hash }: App,
  username: string,
  Session: string | undefined,
  NEW_PASSWORD = 'N3w-password',
) =>
  sdk.respondToAuthChallenge({
    ClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session,
    ChallengeResponses: { USERNAME: username, NEW_PASSWORD, SECRET_HASH: hash(username) },
  });

describe('the session of a challenge', () => {
  test('is valid once', async () => {
    const { Username, Session } = await challenge();
    await expect(answer(app, Username, Session)).resolves.toHaveProperty('AuthenticationResult');
    await expectRefusal(answer(app, Username, Session), 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('is valid once for two concurrent answers', async () => {
    const { Username, Session } = await challenge();
    const answers = await Promise.allSettled([answer(app, Username, Session), answer(app, Username, Session)]);
    expect(answers.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
  });

  test('stays valid when the new password is refused', async () => {
    const { Username, Session } = await challenge();
    await expectRefusal(answer(app, Username, Session, 'weak'), 'InvalidPasswordException');
    await expect(answer(app, Username, Session)).resolves.toHaveProperty('AuthenticationResult');
  });

  test('expires after three minutes', async () => {
    const { Username, Session } = await challenge();
    emulator.pass({ minutes: 3 });
    await expectRefusal(answer(app, Username, Session), 'NotAuthorizedException', 'session is expired');
  });

  test('expires after the time that the client sets', async () => {
    const slow = await createClient(app.sdk, app.UserPoolId, { AuthSessionValidity: 10 });
    const { Username, Session } = await challenge(slow);
    emulator.pass({ minutes: 9 });
    await expect(answer(slow, Username, Session)).resolves.toHaveProperty('AuthenticationResult');
  });

  test('is not valid for another user', async () => {
    const { Session } = await challenge();
    const { Username: other } = await challenge();
    await expectRefusal(answer(app, other, Session), 'NotAuthorizedException', 'Invalid session for the user.');
    await expectRefusal(answer(app, 'unknown', Session), 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('is not valid for another client', async () => {
    const { Username, Session } = await challenge();
    const other = await createClient(app.sdk, app.UserPoolId);
    await expectRefusal(answer(other, Username, Session), 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('is not valid for a user who has been disabled since', async () => {
    const { Username, Session } = await challenge();
    await app.sdk.adminDisableUser({ UserPoolId: app.UserPoolId, Username });
    await expectRefusal(answer(app, Username, Session), 'NotAuthorizedException', 'User is disabled.');
  });

  test('is required', async () => {
    const { Username } = await challenge();
    await expectRefusal(
      answer(app, Username, undefined),
      'InvalidParameterException',
      'Missing required parameter Session',
    );
    await expectRefusal(answer(app, Username, 'invalid-session-string'), 'NotAuthorizedException', 'Invalid session');
  });

  test('survives a restart', async () => {
    const { Username, Session } = await challenge();
    await emulator.restart();
    await expect(answer(app, Username, Session)).resolves.toHaveProperty('AuthenticationResult');
  });

  test('accepts attributes with the new password', async () => {
    const { Username, Session } = await challenge();
    await app.sdk.respondToAuthChallenge({
      ClientId: app.ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: {
        USERNAME: Username,
        NEW_PASSWORD: 'N3w-password',
        SECRET_HASH: app.hash(Username),
        'userAttributes.given_name': 'Ada',
      },
    });
    const { UserAttributes } = await app.sdk.adminGetUser({ UserPoolId: app.UserPoolId, Username });
    expect(UserAttributes).toContainEqual({ Name: 'given_name', Value: 'Ada' });
  });
});

describe('a client without', () => {
  const flows = [
    ['USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH flow not enabled for this client'],
    ['REFRESH_TOKEN_AUTH', 'Auth flow not enabled for this client'],
    ['ADMIN_USER_PASSWORD_AUTH', 'Auth flow not enabled for this client'],
  ] as const;

  test.each(flows)('%s is refused that flow', async (AuthFlow, message) => {
    const { sdk, UserPoolId, ClientId, hash } = await createClient(app.sdk, app.UserPoolId, {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    });
    const AuthParameters = { USERNAME: 'a', PASSWORD, REFRESH_TOKEN: 'x', SECRET_HASH: hash('a') };
    const request = { ClientId, AuthFlow, AuthParameters };
    const work = AuthFlow.startsWith('ADMIN')
      ? sdk.adminInitiateAuth({ UserPoolId, ...request })
      : sdk.initiateAuth(request);
    await expectRefusal(work, 'InvalidParameterException', message);
  });
});

describe('a sign-in', () => {
  const initiate = (AuthFlow: 'USER_PASSWORD_AUTH' | 'ADMIN_USER_PASSWORD_AUTH' | 'CUSTOM_AUTH', AuthParameters = {}) =>
    app.sdk.initiateAuth({ ClientId: app.ClientId, AuthFlow, AuthParameters });

  test('requires the parameters of its flow', async () => {
    await expectRefusal(
      initiate('USER_PASSWORD_AUTH'),
      'InvalidParameterException',
      'Missing required parameter USERNAME',
    );
    await expectRefusal(
      initiate('USER_PASSWORD_AUTH', { USERNAME: 'a' }),
      'InvalidParameterException',
      'Missing required parameter PASSWORD',
    );
  });

  test('is refused for a flow of administrators, and for one that the client does not allow', async () => {
    await expectRefusal(initiate('ADMIN_USER_PASSWORD_AUTH'), 'InvalidParameterException', 'method not supported');
    await expectRefusal(initiate('CUSTOM_AUTH'), 'InvalidParameterException', 'CUSTOM_AUTH flow not enabled');
  });

  test('by an administrator returns tokens', async () => {
    const Username = await app.addUser();
    const { AuthenticationResult } = await app.sdk.adminInitiateAuth({
      UserPoolId: app.UserPoolId,
      ClientId: app.ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD, SECRET_HASH: app.hash(Username) },
    });
    expect(AuthenticationResult?.RefreshToken).toBeDefined();
  });

  test('ends everywhere when the user signs out globally', async () => {
    const username = await app.addUser();
    const [first, second] = [await app.signIn(username), await app.signIn(username)];
    await app.sdk.globalSignOut({ AccessToken: first.AuthenticationResult?.AccessToken });
    for (const { AuthenticationResult: tokens } of [first, second])
      await expectRefusal(app.refresh(tokens?.RefreshToken, username), 'NotAuthorizedException', 'revoked');
    await expect(app.signIn(username)).resolves.toHaveProperty('AuthenticationResult');
  });

  test('returns a refresh token that is not valid for another client', async () => {
    const username = await app.addUser();
    const { AuthenticationResult } = await app.signIn(username);
    const other = await createClient(app.sdk, app.UserPoolId);
    await expectRefusal(
      other.refresh(AuthenticationResult?.RefreshToken, username),
      'NotAuthorizedException',
      'Invalid Refresh Token',
    );
  });
});
