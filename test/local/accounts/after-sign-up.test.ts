import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator, type App } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { attributeList, attributesOf, newName, signUp } from './people.js';

const INVALID = 'Invalid session for the user.';
const choosing = { GenerateSecret: false, ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const] };

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, { AutoVerifiedAttributes: ['email'] }, choosing));

const confirm = (Username: string, ConfirmationCode: string, Session: string | undefined, { sdk, ClientId } = app) =>
  sdk.confirmSignUp({ ClientId, Username, ConfirmationCode, Session });
const signIn = (USERNAME: string, Session: string | undefined, { sdk, ClientId } = app) =>
  sdk.initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME }, Session });

describe('a person who has just confirmed the sign-up', () => {
  test('is signed in by USER_AUTH with the session of the confirmation, once', async () => {
    const { Username, code, response } = await signUp(emulator, app);
    const { Session } = await confirm(Username, code, response.Session);
    const { AuthenticationResult } = await signIn(Username, Session);
    expect(await attributesOf(app, AuthenticationResult?.AccessToken ?? '')).toHaveProperty('sub', response.UserSub);
    await expectRefusal(signIn(Username, Session), 'NotAuthorizedException', INVALID);
  });

  test('is not signed in by another session: that of the sign-up, of another user, or an old one', async () => {
    const { Username, code, response } = await signUp(emulator, app);
    const other = await signUp(emulator, app);
    const { Session: foreign } = await confirm(other.Username, other.code, other.response.Session);
    await expectRefusal(confirm(Username, code, foreign), 'NotAuthorizedException', INVALID);
    const { Session } = await confirm(Username, code, response.Session);
    for (const session of [response.Session, foreign])
      await expectRefusal(signIn(Username, session), 'NotAuthorizedException', INVALID);
    emulator.pass({ minutes: 3 });
    await expectRefusal(signIn(Username, Session), 'NotAuthorizedException', 'session is expired');
  });

  test('gets no session from a client that may not use USER_AUTH', async () => {
    const plain = await createClient(app.sdk, app.UserPoolId, { GenerateSecret: false });
    const { Username, code, response } = await signUp(emulator, plain);
    expect(response).not.toHaveProperty('Session');
    expect(await confirm(Username, code, undefined, plain)).not.toHaveProperty('Session');
  });
});

describe('a sign-up without a password', () => {
  const signUpWithout = async ({ sdk, ClientId }: App) => {
    const Username = newName();
    const email = `${Username}@example.com`;
    const response = await sdk.signUp({ ClientId, Username, UserAttributes: attributeList({ email }) });
    return { Username, email, response };
  };

  test('is for pools that permit codes by e-mail, by which the user signs in from then on', async () => {
    const SignInPolicy = { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] };
    const byEmail = await createApp(
      emulator,
      { AutoVerifiedAttributes: ['email'], Policies: { SignInPolicy } },
      choosing,
    );
    const { Username, email } = await signUpWithout(byEmail);
    await confirm(Username, await codeFor(emulator.dir, email), undefined, byEmail);
    const { sdk, ClientId } = byEmail;
    const { Session } = await sdk.initiateAuth({
      ClientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: Username, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
    });
    const EMAIL_OTP_CODE = await codeFor(emulator.dir, email);
    await expect(
      sdk.respondToAuthChallenge({
        ClientId,
        ChallengeName: 'EMAIL_OTP',
        Session,
        ChallengeResponses: { USERNAME: Username, EMAIL_OTP_CODE },
      }),
    ).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('is refused in other pools', async () => {
    await expectRefusal(signUpWithout(app), 'InvalidPasswordException', 'Password not long enough');
  });
});
