import { beforeAll, expect, test } from '@jest/globals';
import { totp } from '../../../app/local/cognito/mfa/totp.js';
import { beforeTests, createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() =>
  createApp(emulator, {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
  }),
);

beforeAll(async () => {
  const { sdk, UserPoolId } = app;
  const SoftwareTokenMfaConfiguration = { Enabled: true };
  await sdk.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration });
});

/** Registers an authenticator; returns the access token that did it. */
async function registerToken(Username: string): Promise<string | undefined> {
  const { sdk, signIn } = app;
  const AccessToken = (await signIn(Username)).AuthenticationResult?.AccessToken;
  const { SecretCode = '' } = await sdk.associateSoftwareToken({ AccessToken });
  const UserCode = totp(SecretCode, Math.floor(emulator.now() / 30_000));
  await sdk.verifySoftwareToken({ AccessToken, UserCode });
  await sdk.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
  return AccessToken;
}

const factors = {
  PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
  UserMFASettingList: ['SOFTWARE_TOKEN_MFA'],
  ConfiguredUserAuthFactors: ['PASSWORD'],
};

test('the factors of a user are told to the user and to administrators', async () => {
  const { sdk, UserPoolId, addUser } = app;
  const Username = await addUser();
  const AccessToken = await registerToken(Username);
  expect(await sdk.getUserAuthFactors({ AccessToken })).toMatchObject({ Username, ...factors });
  expect(await sdk.adminGetUserAuthFactors({ UserPoolId, Username })).toMatchObject({ Username, ...factors });
});

test('a verified e-mail address is a first factor where the pool permits it', async () => {
  const { sdk, UserPoolId, addUser } = app;
  const unverified = await addUser({ email: 'a@example.com' });
  const verified = await addUser({ email: 'b@example.com', email_verified: 'true' });
  const firstOf = async (Username: string) =>
    (await sdk.adminGetUserAuthFactors({ UserPoolId, Username })).ConfiguredUserAuthFactors;
  expect([await firstOf(unverified), await firstOf(verified)]).toStrictEqual([['PASSWORD'], ['PASSWORD', 'EMAIL_OTP']]);
});

test('a lost authenticator is deleted by an administrator: the password alone signs in, and another one is registered', async () => {
  const { sdk, UserPoolId, addUser, signIn } = app;
  const Username = await addUser();
  await registerToken(Username);
  expect(await signIn(Username)).toHaveProperty('ChallengeName', 'SOFTWARE_TOKEN_MFA');
  await sdk.adminDeleteSoftwareToken({ UserPoolId, Username });
  await emulator.restart();
  expect(await signIn(Username)).toHaveProperty('AuthenticationResult.IdToken');
  expect(await sdk.adminGetUserAuthFactors({ UserPoolId, Username })).not.toHaveProperty('UserMFASettingList');
  await registerToken(Username);
  expect(await signIn(Username)).toHaveProperty('ChallengeName', 'SOFTWARE_TOKEN_MFA');
});

test('the authenticator of a sign-up that is not confirmed is not deleted', async () => {
  const { sdk, UserPoolId, ClientId, hash } = app;
  await sdk.signUp({ ClientId, Username: 'newcomer', Password: PASSWORD, SecretHash: hash('newcomer') });
  await expectRefusal(
    sdk.adminDeleteSoftwareToken({ UserPoolId, Username: 'newcomer' }),
    'UserNotConfirmedException',
    'User is not confirmed.',
  );
});
