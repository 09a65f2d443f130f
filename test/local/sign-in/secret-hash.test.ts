import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, PASSWORD, secretHash, useEmulator } from '../emulator.js';

type Parameters = Record<string, string>;

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));
let username: string;
let refreshToken = '';

beforeAll(async () => {
  username = await app.addUser();
  refreshToken = (await app.signIn(username)).AuthenticationResult?.RefreshToken ?? '';
});

const NEW_PASSWORD = 'N3w-password';

/** Every flow with a secret hash: sends the request with the given hash. */
const flows: Record<string, (hash: Parameters) => Promise<unknown>> = {
  'InitiateAuth with USER_PASSWORD_AUTH': (hash) =>
    app.sdk.initiateAuth({
      ClientId: app.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD, ...hash },
    }),
  'AdminInitiateAuth with ADMIN_USER_PASSWORD_AUTH': (hash) =>
    app.sdk.adminInitiateAuth({
      UserPoolId: app.UserPoolId,
      ClientId: app.ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD, ...hash },
    }),
  'InitiateAuth with REFRESH_TOKEN_AUTH': (hash) =>
    app.sdk.initiateAuth({
      ClientId: app.ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: refreshToken, ...hash },
    }),
  'AdminInitiateAuth with REFRESH_TOKEN_AUTH': (hash) =>
    app.sdk.adminInitiateAuth({
      UserPoolId: app.UserPoolId,
      ClientId: app.ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: refreshToken, ...hash },
    }),
  RespondToAuthChallenge: async (hash) => {
    const person = { UserPoolId: app.UserPoolId, Username: username };
    await app.sdk.adminSetUserPassword({ ...person, Password: PASSWORD, Permanent: false });
    const { Session } = await app.signIn(username);
    const answer = app.sdk.respondToAuthChallenge({
      ClientId: app.ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session,
      ChallengeResponses: { USERNAME: username, NEW_PASSWORD, ...hash },
    });
    return answer.finally(() => app.sdk.adminSetUserPassword({ ...person, Password: PASSWORD, Permanent: true }));
  },
};

describe.each(Object.keys(flows))('%s', (name) => {
  const run = (hash: Parameters) => flows[name]?.(hash) ?? Promise.reject(new Error(name));

  test('accepts the correct hash', async () => {
    await expect(run({ SECRET_HASH: app.hash(username) })).resolves.toHaveProperty('AuthenticationResult.AccessToken');
  });

  test('refuses a missing hash', async () => {
    await expectRefusal(run({}), 'NotAuthorizedException', `Client ${app.ClientId} is configured with secret but`);
  });

  test.each(['empty', 'wrong', 'of another user', 'of another secret', 'not padded'])(
    'refuses a hash that is %s',
    async (kind) => {
      const hashes: Parameters = {
        empty: '',
        wrong: 'x'.repeat(44),
        'of another user': app.hash('another'),
        'of another secret': secretHash('x'.repeat(51), username, app.ClientId),
        'not padded': app.hash(username).replace(/=+$/u, ''),
      };
      await expectRefusal(
        run({ SECRET_HASH: hashes[kind] ?? '' }),
        'NotAuthorizedException',
        `Unable to verify secret hash for client ${app.ClientId}`,
      );
    },
  );
});

describe('a secret hash', () => {
  test('is computed with the user name as typed at sign-in, and with the internal user name at refresh', async () => {
    const typed = username.toUpperCase();
    const { AuthenticationResult: tokens } = await app.signIn(typed);
    await expectRefusal(app.refresh(tokens?.RefreshToken, typed), 'NotAuthorizedException', 'secret hash');
    await expect(app.refresh(tokens?.RefreshToken, username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('is refused from a client without a secret', async () => {
    const open = await createClient(app.sdk, app.UserPoolId, { GenerateSecret: false });
    const parameters = { USERNAME: username, PASSWORD };
    const signIn = (AuthParameters: Parameters) =>
      open.sdk.initiateAuth({ ClientId: open.ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
    await expect(signIn(parameters)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expectRefusal(signIn({ ...parameters, SECRET_HASH: app.hash(username) }), 'NotAuthorizedException');
  });

  test('may be computed with either secret during a rotation, but not with a deleted one', async () => {
    const client = { UserPoolId: app.UserPoolId, ClientId: app.ClientId };
    const { ClientSecretDescriptor: added } = await app.sdk.addUserPoolClientSecret(client);
    const signIn = (secret: string) =>
      flows['InitiateAuth with USER_PASSWORD_AUTH']?.({ SECRET_HASH: secretHash(secret, username, app.ClientId) });
    const fresh = added?.ClientSecretValue ?? '';
    expect(fresh).toMatch(/^[a-z0-9]{51}$/u);
    for (const secret of [app.clientSecret, fresh])
      await expect(signIn(secret)).resolves.toHaveProperty('AuthenticationResult');

    await expectRefusal(app.sdk.addUserPoolClientSecret(client), 'LimitExceededException');
    const { ClientSecrets = [] } = await app.sdk.listUserPoolClientSecrets(client);
    expect(ClientSecrets).toHaveLength(2);
    expect(JSON.stringify(ClientSecrets)).not.toContain(fresh);
    await app.sdk.deleteUserPoolClientSecret({ ...client, ClientSecretId: added?.ClientSecretId });
    await expectRefusal(Promise.resolve(signIn(fresh)), 'NotAuthorizedException', 'Unable to verify secret hash');
    await expectRefusal(
      app.sdk.deleteUserPoolClientSecret({ ...client, ClientSecretId: ClientSecrets[0]?.ClientSecretId }),
      'InvalidParameterException',
    );
  });

  test('is not used by the operations that take the secret itself', async () => {
    const { AuthenticationResult: tokens } = await app.signIn(username);
    const RefreshToken = tokens?.RefreshToken;
    const { ClientId, clientSecret: ClientSecret } = app;
    await expect(app.sdk.getTokensFromRefreshToken({ ClientId, ClientSecret, RefreshToken })).resolves.toHaveProperty(
      'AuthenticationResult.AccessToken',
    );
    await expectRefusal(app.sdk.getTokensFromRefreshToken({ ClientId, RefreshToken }), 'NotAuthorizedException');
    await expectRefusal(app.sdk.revokeToken({ ClientId, Token: RefreshToken }), 'UnauthorizedException');
    await expectRefusal(
      app.sdk.revokeToken({ ClientId, Token: RefreshToken, ClientSecret: 'x'.repeat(51) }),
      'UnauthorizedException',
    );
    await app.sdk.revokeToken({ ClientId, Token: RefreshToken, ClientSecret });
    await expectRefusal(
      app.sdk.getTokensFromRefreshToken({ ClientId, ClientSecret, RefreshToken }),
      'NotAuthorizedException',
      'Refresh Token has been revoked',
    );
    await expectRefusal(app.sdk.getUser({ AccessToken: tokens?.AccessToken }), 'NotAuthorizedException', 'revoked');
  });
});
