import { describe, expect, test } from '@jest/globals';
import { createApp, expectRefusal, PASSWORD, type App } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { answer, SignInPolicy, start, useChoosingApps } from './choosing-apps.js';
import { proveSrp, SrpClient } from './srp-client.js';

const { emulator, app, passwordsOnly, userWithEmail } = useChoosingApps();

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
