import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';
import { openSrp, proveSrp, signInBySrp, SrpClient, startSrp } from './srp-client.js';

const publicClient = { GenerateSecret: false, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH' as const] };

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, {}, publicClient));
const start = (username: string, person = app) => openSrp(person, username);

const shape = ({ SALT = '', SECRET_BLOCK = '', SRP_B = '', ...rest }: Record<string, string>) => ({
  ...rest,
  lengths: [SALT.length > 24, SECRET_BLOCK.length, SRP_B.length > 750],
});

describe('a sign-in by SRP', () => {
  test('returns tokens for the right password, and no session with its challenge', async () => {
    const username = await app.addUser();
    const client = new SrpClient();
    const challenge = await startSrp(app, username, client.A.toString(16));
    expect(challenge).toMatchObject({
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeParameters: { USERNAME: username, USER_ID_FOR_SRP: username },
    });
    expect(challenge).not.toHaveProperty('Session');
    const { AuthenticationResult } = await proveSrp(
      app,
      client.responses(app.UserPoolId, challenge.ChallengeParameters, { at: emulator.now() }),
    );
    await expect(app.sdk.getUser({ AccessToken: AuthenticationResult?.AccessToken })).resolves.toHaveProperty(
      'Username',
      username,
    );
  });

  test('by an administrator works too', async () => {
    const username = await app.addUser();
    const client = new SrpClient();
    const { UserPoolId, ClientId, sdk } = app;
    const AuthParameters = { USERNAME: username, SRP_A: client.A.toString(16) };
    const request = { UserPoolId, ClientId, AuthFlow: 'USER_SRP_AUTH' as const, AuthParameters };
    const { ChallengeParameters } = await sdk.adminInitiateAuth(request);
    const ChallengeResponses = client.responses(UserPoolId, ChallengeParameters, { at: emulator.now() });
    const answer = { UserPoolId, ClientId, ChallengeName: 'PASSWORD_VERIFIER' as const, ChallengeResponses };
    await expect(sdk.adminRespondToAuthChallenge(answer)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('with a temporary password goes on to the new password', async () => {
    const { UserPoolId, sdk } = app;
    await sdk.adminCreateUser({ UserPoolId, Username: 'invited', TemporaryPassword: 'Temp0rary!' });
    const { Session, ChallengeName } = await signInBySrp(app, 'invited', {
      password: 'Temp0rary!',
      at: emulator.now(),
    });
    expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    const ChallengeResponses = { USERNAME: 'invited', NEW_PASSWORD: 'N3w-password' };
    await sdk.respondToAuthChallenge({ ClientId: app.ClientId, ChallengeName, Session, ChallengeResponses });
    await expect(signInBySrp(app, 'invited', { password: 'N3w-password', at: emulator.now() })).resolves.toHaveProperty(
      'AuthenticationResult',
    );
  });

  test('works with a verifier that was stored before a restart, and so does a challenge', async () => {
    const username = await app.addUser();
    const { client, parameters } = await start(username);
    await emulator.restart();
    const at = emulator.now();
    const responses = client.responses(app.UserPoolId, parameters, { at });
    await expect(proveSrp(app, responses)).resolves.toHaveProperty('AuthenticationResult');
    await expect(signInBySrp(app, username, { at })).resolves.toHaveProperty('AuthenticationResult');
  });

  test('needs the secret hash of a client with a secret', async () => {
    const confidential = await createClient(app.sdk, app.UserPoolId, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    const username = await app.addUser();
    const { A } = new SrpClient();
    await expectRefusal(
      startSrp(confidential, username, A.toString(16)),
      'NotAuthorizedException',
      'SECRET_HASH was not received',
    );
  });

  test('is refused for a client without the flow', async () => {
    const other = await createClient(app.sdk, app.UserPoolId, {
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    });
    await expectRefusal(
      startSrp(other, 'a', '2'),
      'InvalidParameterException',
      'USER_SRP_AUTH is not enabled for the client.',
    );
  });
});

describe('a name that nobody has', () => {
  test('gets a challenge like any other, with the same salt each time, where the client hides who exists', async () => {
    const existing = await app.addUser();
    const unknown = `user-${crypto.randomUUID()}`;
    const [known, first, second] = [await start(existing), await start(unknown), await start(unknown)];
    const other = await start(`user-${crypto.randomUUID()}`);
    expect({ ...shape(first.parameters), USERNAME: existing, USER_ID_FOR_SRP: existing }).toStrictEqual(
      shape(known.parameters),
    );
    expect(first.parameters['SALT']).toBe(second.parameters['SALT']);
    expect(first.parameters['SALT']).not.toBe(other.parameters['SALT']);
    expect(first.parameters['SRP_B']).not.toBe(second.parameters['SRP_B']);
    await expectRefusal(
      proveSrp(app, first.client.responses(app.UserPoolId, first.parameters, { at: emulator.now() })),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
  });

  test('keeps its salt across a restart and has another one in another pool', async () => {
    const before = (await start('nobody')).parameters['SALT'];
    await emulator.restart();
    expect((await start('nobody')).parameters['SALT']).toBe(before);
    const other = await createApp(emulator, {}, publicClient);
    expect((await start('nobody', other)).parameters['SALT']).not.toBe(before);
  });

  test('gets a UUID for an e-mail address', async () => {
    const { parameters } = await start('nobody@example.com');
    expect(parameters['USER_ID_FOR_SRP']).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u);
  });

  test('is locked out after wrong proofs, like a user', async () => {
    const at = emulator.now();
    for (let time = 0; time < 5; time += 1)
      await expectRefusal(signInBySrp(app, 'no-one', { at }), 'NotAuthorizedException', 'Incorrect');
    await expectRefusal(signInBySrp(app, 'no-one', { at }), 'NotAuthorizedException', 'Password attempts exceeded');
  });

  test('is told where the client does not hide who exists', async () => {
    const open = await createClient(app.sdk, app.UserPoolId, { ...publicClient, PreventUserExistenceErrors: 'LEGACY' });
    await expectRefusal(startSrp(open, 'nobody', '2'), 'UserNotFoundException', 'User does not exist.');
  });
});

test.each(['', 'xyz', '-1', 'f'.repeat(800)])('SRP_A %s is refused', async (A) => {
  await expectRefusal(startSrp(app, 'nobody', A), 'InvalidParameterException', 'SRP_A');
});
