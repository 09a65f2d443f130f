import { describe, expect, test } from '@jest/globals';
import type { RespondToAuthChallengeCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, createApp, createClient, expectRefusal, PASSWORD, useEmulator, type App } from '../emulator.js';
import { codeFor, messagesIn } from '../outbox/outbox.js';
import { proveSrp, SrpClient } from './srp-client.js';

const choosing = { GenerateSecret: false, ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const] };
const SignInPolicy = { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] };

const emulator = useEmulator();
/** A pool that permits a code by e-mail as first factor, and one with Cognito's default, a password alone. */
const app = beforeTests(() => createApp(emulator, { Policies: { SignInPolicy } }, choosing));
const passwordsOnly = beforeTests(() => createApp(emulator, {}, choosing));

const start = ({ sdk, ClientId }: App, USERNAME: string, parameters: Record<string, string> = {}) =>
  sdk.initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME, ...parameters } });

const answer = (
  { sdk, ClientId }: App,
  ChallengeName: RespondToAuthChallengeCommandInput['ChallengeName'],
  Session: string | undefined,
  ChallengeResponses: Record<string, string>,
) => sdk.respondToAuthChallenge({ ClientId, ChallengeName, Session, ChallengeResponses });

let people = 0;
async function userWithEmail() {
  people += 1;
  const email = `person${people}@example.com`;
  return { email, username: await app.addUser({ email, email_verified: 'true' }) };
}

describe('USER_AUTH without a preferred challenge', () => {
  test('offers what the pool permits and the user has', async () => {
    const { username } = await userWithEmail();
    const withoutEmail = await app.addUser();
    const unverified = await app.addUser({ email: 'unverified@example.com' });
    await expect(start(app, username)).resolves.toMatchObject({
      ChallengeName: 'SELECT_CHALLENGE',
      AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'],
    });
    for (const [person, name] of [
      [app, withoutEmail],
      [app, unverified],
      [passwordsOnly, await passwordsOnly.addUser({ email: 'a@example.com', email_verified: 'true' })],
    ] as const)
      await expect(start(person, name)).resolves.toMatchObject({ AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'] });
  });

  test('takes a password with the choice', async () => {
    const { username } = await userWithEmail();
    const { Session } = await start(app, username);
    const chosen = { USERNAME: username, ANSWER: 'PASSWORD', PASSWORD };
    const { AuthenticationResult } = await answer(app, 'SELECT_CHALLENGE', Session, chosen);
    const { AccessToken } = AuthenticationResult ?? {};
    await expect(app.sdk.getUser({ AccessToken })).resolves.toHaveProperty('Username', username);
  });

  test('takes a password after the choice', async () => {
    const username = await app.addUser();
    const { Session } = await start(app, username);
    const chosen = await answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ANSWER: 'PASSWORD' });
    expect(chosen.ChallengeName).toBe('PASSWORD');
    await expect(answer(app, 'PASSWORD', chosen.Session, { USERNAME: username, PASSWORD })).resolves.toHaveProperty(
      'AuthenticationResult.IdToken',
    );
  });

  test('takes an SRP proof', async () => {
    const username = await app.addUser();
    const client = new SrpClient();
    const { Session } = await start(app, username);
    const SRP_A = client.A.toString(16);
    const chosen = { USERNAME: username, ANSWER: 'PASSWORD_SRP', SRP_A };
    const { ChallengeName, ChallengeParameters } = await answer(app, 'SELECT_CHALLENGE', Session, chosen);
    expect(ChallengeName).toBe('PASSWORD_VERIFIER');
    const proof = client.responses(app.UserPoolId, ChallengeParameters, { at: emulator.now() });
    await expect(proveSrp(app, proof)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('sends a code by e-mail, which signs in without a password, once', async () => {
    const { username, email } = await userWithEmail();
    const { Session } = await start(app, username);
    const chosen = await answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ANSWER: 'EMAIL_OTP' });
    expect(chosen).toMatchObject({
      ChallengeName: 'EMAIL_OTP',
      ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'p***@e***' },
    });
    const response = { USERNAME: username, EMAIL_OTP_CODE: await codeFor(emulator.dir, email) };
    await expect(answer(app, 'EMAIL_OTP', chosen.Session, response)).resolves.toHaveProperty(
      'AuthenticationResult.RefreshToken',
    );
    await expectRefusal(
      answer(app, 'EMAIL_OTP', chosen.Session, response),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
  });
});

describe('USER_AUTH with a preferred challenge', () => {
  test('goes straight to it', async () => {
    const { username } = await userWithEmail();
    const SRP_A = new SrpClient().A.toString(16);
    for (const [PREFERRED_CHALLENGE, parameters, expected] of [
      ['PASSWORD', {}, 'PASSWORD'],
      ['PASSWORD_SRP', {}, 'PASSWORD_SRP'],
      ['PASSWORD_SRP', { SRP_A }, 'PASSWORD_VERIFIER'],
      ['EMAIL_OTP', {}, 'EMAIL_OTP'],
    ] as const)
      await expect(start(app, username, { PREFERRED_CHALLENGE, ...parameters })).resolves.toHaveProperty(
        'ChallengeName',
        expected,
      );
    await expect(start(app, username, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD })).resolves.toHaveProperty(
      'AuthenticationResult.IdToken',
    );
  });

  test('offers a choice where it is not available, and refuses a name that no challenge has', async () => {
    const username = await app.addUser();
    for (const PREFERRED_CHALLENGE of ['EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'])
      await expect(start(app, username, { PREFERRED_CHALLENGE })).resolves.toMatchObject({
        ChallengeName: 'SELECT_CHALLENGE',
        AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'],
      });
    await expectRefusal(
      start(app, username, { PREFERRED_CHALLENGE: 'MAGIC' }),
      'InvalidParameterException',
      'PREFERRED_CHALLENGE must be one of PASSWORD, PASSWORD_SRP, EMAIL_OTP, SMS_OTP, WEB_AUTHN.',
    );
  });
});

describe('USER_AUTH refuses', () => {
  test('a client that does not allow it', async () => {
    const other = await createClient(app.sdk, app.UserPoolId, { GenerateSecret: false });
    await expectRefusal(
      start(other, await app.addUser()),
      'InvalidParameterException',
      'USER_AUTH flow not enabled for this client',
    );
  });

  test('a wrong password, and leaves the session to try again with', async () => {
    const username = await app.addUser();
    const { Session } = await start(app, username);
    const choose = (password: string) =>
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ANSWER: 'PASSWORD', PASSWORD: password });
    await expectRefusal(choose('Wr0ng!pass'), 'NotAuthorizedException', 'Incorrect username or password.');
    await expect(choose(PASSWORD)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expectRefusal(choose(PASSWORD), 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('a choice that was not offered', async () => {
    const username = await app.addUser();
    const { Session } = await start(app, username);
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ANSWER: 'EMAIL_OTP' }),
      'InvalidParameterException',
      'ANSWER EMAIL_OTP is not one of the available challenges.',
    );
  });

  test("another user's session, and a session that has expired", async () => {
    const [username, other] = [await app.addUser(), await app.addUser()];
    const { Session } = await start(app, username);
    const chosen = { ANSWER: 'PASSWORD', PASSWORD };
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: other, ...chosen }),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
    emulator.pass({ minutes: 3 });
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ...chosen }),
      'NotAuthorizedException',
      'Invalid session for the user, session is expired.',
    );
  });

  test('a code by e-mail in a pool that requires a second factor', async () => {
    const strict = await createApp(emulator, { Policies: { SignInPolicy } }, choosing);
    const username = await strict.addUser({ email: 'strict@example.com', email_verified: 'true' });
    await expect(start(strict, username)).resolves.toMatchObject({
      AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'],
    });
    await strict.sdk.setUserPoolMfaConfig({
      UserPoolId: strict.UserPoolId,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    });
    await expect(start(strict, username)).resolves.toMatchObject({ AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'] });
  });

  test('nothing that tells whether a user exists, where the client hides it', async () => {
    const sent = (await messagesIn(emulator.dir)).length;
    const opened = await start(app, 'nobody', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    expect(opened).toMatchObject({
      ChallengeName: 'SELECT_CHALLENGE',
      AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'],
    });
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', opened.Session, { USERNAME: 'nobody', ANSWER: 'PASSWORD', PASSWORD }),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
    await expect(messagesIn(emulator.dir)).resolves.toHaveLength(sent);
    const open = await createClient(app.sdk, app.UserPoolId, { ...choosing, PreventUserExistenceErrors: 'LEGACY' });
    await expectRefusal(start(open, 'nobody'), 'UserNotFoundException', 'User does not exist.');
  });
});

describe('the policy of a pool', () => {
  test('is described, survives a restart, and is a password alone by default', async () => {
    await emulator.restart();
    const described = async ({ UserPoolId }: App) =>
      (await emulator.sdk.describeUserPool({ UserPoolId })).UserPool?.Policies?.SignInPolicy;
    await expect(described(app)).resolves.toStrictEqual(SignInPolicy);
    await expect(described(passwordsOnly)).resolves.toStrictEqual({ AllowedFirstAuthFactors: ['PASSWORD'] });
  });

  test('with a factor that the emulator lacks is refused by name', async () => {
    for (const factor of ['SMS_OTP', 'WEB_AUTHN'] as const)
      await expectRefusal(
        createApp(emulator, { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', factor] } } }),
        'InvalidParameterException',
        `AllowedFirstAuthFactors ${factor} is not supported by the local Cognito emulator.`,
      );
  });
});
