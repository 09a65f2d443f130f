import { describe, expect, test } from '@jest/globals';
import { createApp, expectRefusal } from '../emulator.js';
import { EmailMfaConfiguration, SoftwareTokenMfaConfiguration, useMfaApps } from './mfa-apps.js';

const { emulator, optional, userWithToken } = useMfaApps();

describe('preferences', () => {
  test('name one factor at most, and one that is on', async () => {
    const { AccessToken } = await userWithToken({ email: 'prefers@example.com' });
    const on = { Enabled: true, PreferredMfa: true };
    const set = (settings: object) => optional.sdk.setUserMFAPreference({ AccessToken, ...settings });
    await expectRefusal(set({ SoftwareTokenMfaSettings: on, EmailMfaSettings: on }), 'InvalidParameterException');
    await expectRefusal(set({ EmailMfaSettings: { PreferredMfa: true } }), 'InvalidParameterException');
    await expectRefusal(set({ SMSMfaSettings: on }), 'InvalidParameterException', 'local Cognito emulator');
    await set({ EmailMfaSettings: on });
    await expect(optional.sdk.getUser({ AccessToken })).resolves.toMatchObject({
      UserMFASettingList: ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'],
      PreferredMfaSetting: 'EMAIL_OTP',
    });
  });
});

describe('a pool’s configuration', () => {
  test('is off at first, and described as it was set', async () => {
    const { UserPoolId, sdk } = await createApp(emulator);
    const get = async () => ({ ...(await sdk.getUserPoolMfaConfig({ UserPoolId })), $metadata: {} });
    expect(await get()).toStrictEqual({ $metadata: {}, MfaConfiguration: 'OFF' });
    const settings = { MfaConfiguration: 'OPTIONAL' as const, SoftwareTokenMfaConfiguration, EmailMfaConfiguration };
    await sdk.setUserPoolMfaConfig({ UserPoolId, ...settings });
    expect(await get()).toStrictEqual({ $metadata: {}, ...settings });
    expect((await sdk.describeUserPool({ UserPoolId })).UserPool?.MfaConfiguration).toBe('OPTIONAL');
    await sdk.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OFF' });
    expect(await get()).toStrictEqual({ $metadata: {}, MfaConfiguration: 'OFF' });
  });

  test.each([
    ['on without a factor', { MfaConfiguration: 'ON' as const }, 'must be enabled.'],
    ['off with a factor', { MfaConfiguration: 'OFF' as const, SoftwareTokenMfaConfiguration }, "can't turn off MFA"],
    ['passkeys', { WebAuthnConfiguration: {} }, 'local Cognito emulator'],
  ])('%s is refused', async (_name, settings, message) => {
    const { UserPoolId, sdk } = optional;
    await expectRefusal(sdk.setUserPoolMfaConfig({ UserPoolId, ...settings }), 'InvalidParameterException', message);
  });

  test('stays on at an update of the pool that says so, and is turned off by one that does not', async () => {
    const { UserPoolId, sdk } = await createApp(emulator);
    const configuration = async () => (await sdk.getUserPoolMfaConfig({ UserPoolId })).MfaConfiguration;
    await sdk.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration });
    await sdk.updateUserPool({ UserPoolId, MfaConfiguration: 'ON' });
    expect(await configuration()).toBe('ON');
    await sdk.updateUserPool({ UserPoolId });
    expect(await configuration()).toBe('OFF');
  });

  test('needs a factor before a pool is created or updated with it', async () => {
    const { UserPoolId, sdk } = await createApp(emulator);
    const message = 'SMS configuration and Auto verification for phone_number are required';
    for (const work of [
      sdk.updateUserPool({ UserPoolId, MfaConfiguration: 'OPTIONAL' }),
      sdk.createUserPool({ PoolName: 'other', MfaConfiguration: 'ON' }),
    ])
      await expectRefusal(work, 'InvalidParameterException', message);
  });

  test('that is turned off lets everyone in by the password', async () => {
    const { username } = await userWithToken();
    const { UserPoolId, sdk } = optional;
    await sdk.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'OFF' });
    await expect(optional.signIn(username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });
});
