import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RespondToAuthChallengeCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { totp } from '../../../app/local/cognito/mfa/totp.js';
import { createApp, expectRefusal, useEmulator, type App } from '../emulator.js';
import { codeFor, messagesIn } from '../outbox/outbox.js';
import { signInBySrp } from '../sign-in/srp-client.js';

const publicClient = {
  GenerateSecret: false,
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const, 'ALLOW_USER_SRP_AUTH' as const],
};
const SoftwareTokenMfaConfiguration = { Enabled: true };
const EmailMfaConfiguration = { Message: 'Your code: {####}', Subject: 'Code' };

const emulator = useEmulator();
/** Pools where a second factor is optional, required, and off. */
let optional: App;
let required: App;
let off: App;

beforeAll(async () => {
  [optional, required, off] = [
    await createApp(emulator, {}, publicClient),
    await createApp(emulator, {}, publicClient),
    await createApp(emulator, {}, publicClient),
  ];
  const factors = { SoftwareTokenMfaConfiguration, EmailMfaConfiguration };
  const { sdk } = emulator;
  await sdk.setUserPoolMfaConfig({ UserPoolId: optional.UserPoolId, MfaConfiguration: 'OPTIONAL', ...factors });
  await sdk.setUserPoolMfaConfig({ UserPoolId: required.UserPoolId, MfaConfiguration: 'ON', ...factors });
});

const codeOf = (secret: string | undefined, steps = 0) =>
  totp(secret ?? '', Math.floor(emulator.now() / 30_000) + steps);

/** The next 30-second step, whose code was not used. */
const nextStep = () => emulator.pass({ seconds: 30 });

type ChallengeName = RespondToAuthChallengeCommandInput['ChallengeName'];

function answer(
  { sdk, ClientId }: App,
  username: string,
  challenge: { ChallengeName?: ChallengeName; Session?: string | undefined },
  responses: Record<string, string> = {},
) {
  const { ChallengeName, Session } = challenge;
  return sdk.respondToAuthChallenge({
    ClientId,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: username, ...responses },
  });
}

const answerCode = (app: App, username: string, Session: string | undefined, SOFTWARE_TOKEN_MFA_CODE: string) =>
  answer(app, username, { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session }, { SOFTWARE_TOKEN_MFA_CODE });

/** A user with a verified authenticator that every sign-in asks for; the clock is at a step whose code is unused. */
async function userWithToken(attributes = {}) {
  const username = await optional.addUser(attributes);
  const { sdk } = optional;
  const AccessToken = (await optional.signIn(username)).AuthenticationResult?.AccessToken;
  const { SecretCode = '' } = await sdk.associateSoftwareToken({ AccessToken });
  await sdk.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode), FriendlyDeviceName: 'phone' });
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
  await sdk.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings });
  nextStep();
  return { username, AccessToken, SecretCode };
}

describe('a software token', () => {
  test('is asked for by password and by SRP, shows in GetUser and AdminGetUser, and its code gives tokens', async () => {
    const { username, AccessToken, SecretCode } = await userWithToken();
    const { sdk, UserPoolId } = optional;
    const shown = { UserMFASettingList: ['SOFTWARE_TOKEN_MFA'], PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA' };
    await expect(sdk.getUser({ AccessToken })).resolves.toMatchObject(shown);
    await expect(sdk.adminGetUser({ UserPoolId, Username: username })).resolves.toMatchObject(shown);
    for (const start of [optional.signIn(username), signInBySrp(optional, username, { at: emulator.now() })]) {
      const { ChallengeName, ChallengeParameters, Session } = await start;
      expect({ ChallengeName, ChallengeParameters }).toStrictEqual({
        ChallengeName: 'SOFTWARE_TOKEN_MFA',
        ChallengeParameters: { USER_ID_FOR_SRP: username, FRIENDLY_DEVICE_NAME: 'phone' },
      });
      const answered = await answerCode(optional, username, Session, codeOf(SecretCode));
      expect(answered).toHaveProperty('AuthenticationResult.RefreshToken');
      nextStep();
    }
  });

  test('has a secret of 256 bits in base32, another one each time', async () => {
    const AccessToken = (await optional.signIn(await optional.addUser())).AuthenticationResult?.AccessToken;
    const secrets = [
      (await optional.sdk.associateSoftwareToken({ AccessToken })).SecretCode,
      (await optional.sdk.associateSoftwareToken({ AccessToken })).SecretCode,
    ];
    expect(secrets[0]).toMatch(/^[A-Z2-7]{52}$/u);
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  test('is not asked for before the user turns it on, nor after turning it off', async () => {
    const username = await optional.addUser();
    const { sdk } = optional;
    const AccessToken = (await optional.signIn(username)).AuthenticationResult?.AccessToken;
    const { SecretCode } = await sdk.associateSoftwareToken({ AccessToken });
    await expectRefusal(
      sdk.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } }),
      'InvalidParameterException',
      'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA',
    );
    await sdk.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode) });
    await expect(optional.signIn(username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    const person = { UserPoolId: optional.UserPoolId, Username: username };
    await sdk.adminSetUserMFAPreference({ ...person, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
    await expect(optional.signIn(username)).resolves.toHaveProperty('ChallengeName', 'SOFTWARE_TOKEN_MFA');
    await sdk.adminSetUserMFAPreference({ ...person, SoftwareTokenMfaSettings: { Enabled: false } });
    await expect(optional.signIn(username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expect(sdk.adminGetUser(person)).resolves.not.toHaveProperty('PreferredMfaSetting');
  });

  test('stays the old one until the new one is verified', async () => {
    const { username, AccessToken, SecretCode } = await userWithToken();
    const fresh = await optional.sdk.associateSoftwareToken({ AccessToken });
    const first = await optional.signIn(username);
    await answerCode(optional, username, first.Session, codeOf(SecretCode));
    await optional.sdk.verifySoftwareToken({ AccessToken, UserCode: codeOf(fresh.SecretCode) });
    nextStep();
    const { Session } = await optional.signIn(username);
    await expectRefusal(answerCode(optional, username, Session, codeOf(SecretCode)), 'CodeMismatchException');
    await expect(answerCode(optional, username, Session, codeOf(fresh.SecretCode))).resolves.toHaveProperty(
      'AuthenticationResult',
    );
  });

  test('survives a restart, the challenge and the used code with it', async () => {
    const { username, SecretCode } = await userWithToken();
    const [first, second] = [await optional.signIn(username), await optional.signIn(username)];
    await answerCode(optional, username, first.Session, codeOf(SecretCode));
    await emulator.restart();
    const again = answerCode(optional, username, second.Session, codeOf(SecretCode));
    await expectRefusal(again, 'ExpiredCodeException', 'Your software token has already been used once.');
    nextStep();
    await expect(answerCode(optional, username, second.Session, codeOf(SecretCode))).resolves.toHaveProperty(
      'AuthenticationResult',
    );
  });
});

describe('a code is refused', () => {
  const USED = ['ExpiredCodeException', 'Your software token has already been used once.'] as const;
  const WRONG = ['CodeMismatchException', 'Invalid code received for user'] as const;

  test.each([
    ['that is wrong', () => '000000', WRONG],
    ['of two steps ago', (secret: string) => codeOf(secret, -2), WRONG],
    ['of two steps ahead', (secret: string) => codeOf(secret, 2), WRONG],
    ['that VerifySoftwareToken used', (secret: string) => codeOf(secret, -1), USED],
    ['with a digit too few', (secret: string) => codeOf(secret).slice(1), WRONG],
  ])('%s', async (_name, code, [type, message]) => {
    const { username, SecretCode } = await userWithToken();
    const { Session } = await optional.signIn(username);
    await expectRefusal(answerCode(optional, username, Session, code(SecretCode)), type, message);
    await expect(answerCode(optional, username, Session, codeOf(SecretCode))).resolves.toHaveProperty(
      'AuthenticationResult',
    );
  });

  test('that another sign-in used, also when both arrive at once', async () => {
    const { username, SecretCode } = await userWithToken();
    const starts = [await optional.signIn(username), await optional.signIn(username)];
    const answers = starts.map(({ Session }) => answerCode(optional, username, Session, codeOf(SecretCode)));
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
  });

  test('after a later code was used', async () => {
    const { username, SecretCode } = await userWithToken();
    const [first, second] = [await optional.signIn(username), await optional.signIn(username)];
    await answerCode(optional, username, first.Session, codeOf(SecretCode, 1));
    await expectRefusal(answerCode(optional, username, second.Session, codeOf(SecretCode)), ...USED);
  });

  test('whose session was used', async () => {
    const { username, SecretCode } = await userWithToken();
    const { Session } = await optional.signIn(username);
    await answerCode(optional, username, Session, codeOf(SecretCode));
    nextStep();
    const again = answerCode(optional, username, Session, codeOf(SecretCode));
    await expectRefusal(again, 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('whose session is another user’s', async () => {
    const [one, other] = [await userWithToken(), await userWithToken()];
    const { Session } = await optional.signIn(one.username);
    await expectRefusal(
      answerCode(optional, other.username, Session, codeOf(other.SecretCode)),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
  });

  test('whose session belongs to another challenge', async () => {
    const { username } = await userWithToken();
    const { Session } = await optional.signIn(username);
    await expectRefusal(
      answer(optional, username, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session }, { NEW_PASSWORD: 'N3w-password' }),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
    await expectRefusal(answer(optional, username, { ChallengeName: 'MFA_SETUP', Session }), 'NotAuthorizedException');
  });

  test('after five wrong ones, for as long as the lock-out lasts, though the password is right each time', async () => {
    const { username, SecretCode } = await userWithToken();
    for (let time = 0; time < 5; time += 1) {
      const { Session } = await optional.signIn(username);
      await expectRefusal(answerCode(optional, username, Session, '000000'), ...WRONG);
    }
    const { Session } = await optional.signIn(username);
    const locked = answerCode(optional, username, Session, codeOf(SecretCode));
    await expectRefusal(locked, 'NotAuthorizedException', 'attempts exceeded');
    emulator.pass({ seconds: 1 });
    await expect(answerCode(optional, username, Session, codeOf(SecretCode))).resolves.toHaveProperty(
      'AuthenticationResult',
    );
  });
});

describe('VerifySoftwareToken refuses', () => {
  const signedIn = async () => (await optional.signIn(await optional.addUser())).AuthenticationResult?.AccessToken;

  test('a wrong code, and accepts the right one after it', async () => {
    const AccessToken = await signedIn();
    const { SecretCode } = await optional.sdk.associateSoftwareToken({ AccessToken });
    await expectRefusal(
      optional.sdk.verifySoftwareToken({ AccessToken, UserCode: '000000' }),
      'EnableSoftwareTokenMFAException',
      'Code mismatch and fail enable Software Token MFA',
    );
    const verified = optional.sdk.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode) });
    await expect(verified).resolves.toHaveProperty('Status', 'SUCCESS');
  });

  test('more than five guesses in a row', async () => {
    const AccessToken = await signedIn();
    const { SecretCode } = await optional.sdk.associateSoftwareToken({ AccessToken });
    for (let time = 0; time < 5; time += 1)
      await expectRefusal(
        optional.sdk.verifySoftwareToken({ AccessToken, UserCode: '000000' }),
        'EnableSoftwareTokenMFAException',
      );
    await expectRefusal(
      optional.sdk.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode) }),
      'NotAuthorizedException',
      'attempts exceeded',
    );
  });

  test('a user who has no secret, neither token nor session, and both', async () => {
    const AccessToken = await signedIn();
    const verify = (input: object) => optional.sdk.verifySoftwareToken({ UserCode: '123456', ...input });
    await expectRefusal(verify({ AccessToken }), 'InvalidParameterException', 'has not set up software token mfa');
    await expectRefusal(verify({}), 'InvalidParameterException', 'AccessToken or Session');
    const Session = 's'.repeat(40);
    await expectRefusal(verify({ AccessToken, Session }), 'InvalidParameterException', 'AccessToken or Session');
    await expectRefusal(verify({ Session }), 'NotAuthorizedException', 'Invalid session for the user.');
    await expectRefusal(verify({ AccessToken, UserCode: 'abc' }), 'InvalidParameterException', "'userCode'");
  });

  test('a pool that does not offer it', async () => {
    const AccessToken = (await off.signIn(await off.addUser())).AuthenticationResult?.AccessToken;
    await expectRefusal(
      off.sdk.associateSoftwareToken({ AccessToken }),
      'SoftwareTokenMFANotFoundException',
      'Software Token MFA has not been enabled by the userPool',
    );
  });
});

describe('a pool that requires a second factor', () => {
  test('has a user set up a token at the sign-in, each session good for one step', async () => {
    const { sdk, ClientId } = required;
    const username = await required.addUser();
    const first = await required.signIn(username);
    expect(first).toMatchObject({
      ChallengeName: 'MFA_SETUP',
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]', USER_ID_FOR_SRP: username },
    });
    expect(first).not.toHaveProperty('AuthenticationResult');
    const associated = await sdk.associateSoftwareToken({ Session: first.Session });
    const early = answer(required, username, { ChallengeName: 'MFA_SETUP', Session: associated.Session });
    await expectRefusal(early, 'InvalidParameterException', 'User has not verified software token mfa');
    await expectRefusal(sdk.associateSoftwareToken({ Session: first.Session }), 'NotAuthorizedException');

    const UserCode = codeOf(associated.SecretCode);
    await expectRefusal(
      sdk.verifySoftwareToken({ Session: associated.Session, UserCode: '000000' }),
      'EnableSoftwareTokenMFAException',
    );
    const { Session } = await sdk.verifySoftwareToken({ Session: associated.Session, UserCode });
    const ChallengeResponses = { USERNAME: username };
    const last = { ClientId, ChallengeName: 'MFA_SETUP' as const, Session, ChallengeResponses };
    await expect(sdk.respondToAuthChallenge(last)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expectRefusal(sdk.respondToAuthChallenge(last), 'NotAuthorizedException', 'Invalid session');
    await expect(required.signIn(username)).resolves.toHaveProperty('ChallengeName', 'SOFTWARE_TOKEN_MFA');
    await expect(sdk.adminGetUser({ UserPoolId: required.UserPoolId, Username: username })).resolves.toMatchObject({
      UserMFASettingList: ['SOFTWARE_TOKEN_MFA'],
      PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
    });
  });

  test('asks after the new password as well', async () => {
    const { sdk, UserPoolId } = required;
    await sdk.adminCreateUser({ UserPoolId, Username: 'invited', TemporaryPassword: 'Temp0rary!' });
    const { Session } = await required.signIn('invited', 'Temp0rary!');
    const next = answer(
      required,
      'invited',
      { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session },
      { NEW_PASSWORD: 'N3w-password' },
    );
    await expect(next).resolves.toMatchObject({ ChallengeName: 'MFA_SETUP' });
  });

  test('has a user set up an e-mail address, which the code verifies', async () => {
    const { sdk, UserPoolId } = required;
    const username = await required.addUser();
    const { Session } = await required.signIn(username);
    const challenge = { ChallengeName: 'MFA_SETUP' as const, Session };
    const sent = await answer(required, username, challenge, { EMAIL: 'set-up@example.com' });
    expect(sent).toMatchObject({
      ChallengeName: 'EMAIL_OTP',
      ChallengeParameters: {
        CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL',
        CODE_DELIVERY_DESTINATION: 's***@e***',
      },
    });
    const EMAIL_OTP_CODE = await codeFor(emulator.dir, 'set-up@example.com');
    await expect(answer(required, username, sent, { EMAIL_OTP_CODE })).resolves.toHaveProperty('AuthenticationResult');
    const { UserAttributes, UserMFASettingList } = await sdk.adminGetUser({ UserPoolId, Username: username });
    expect(UserAttributes).toContainEqual({ Name: 'email', Value: 'set-up@example.com' });
    expect(UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
    expect(UserMFASettingList).toStrictEqual(['EMAIL_OTP']);
  });
});

describe('a code by e-mail', () => {
  async function userWithEmail() {
    const email = `${crypto.randomUUID()}@example.com`;
    const username = await required.addUser({ email });
    return { username, email, challenge: await required.signIn(username) };
  }

  test('is sent to a user of a pool that requires a second factor, and gives tokens once', async () => {
    const { username, email, challenge } = await userWithEmail();
    expect(challenge).toMatchObject({ ChallengeName: 'EMAIL_OTP' });
    const message = (await messagesIn(emulator.dir)).at(-1);
    expect(message).toMatchObject({ to: email, username, kind: 'Authentication' });
    const EMAIL_OTP_CODE = message?.code ?? '';
    await expectRefusal(
      answer(required, username, challenge, { EMAIL_OTP_CODE: '00000000' }),
      'CodeMismatchException',
      'Invalid code or auth state for the user.',
    );
    await expect(answer(required, username, challenge, { EMAIL_OTP_CODE })).resolves.toHaveProperty(
      'AuthenticationResult',
    );
    await expectRefusal(answer(required, username, challenge, { EMAIL_OTP_CODE }), 'NotAuthorizedException');
  });

  test('is refused for another sign-in of the same user, after three minutes, and after five guesses', async () => {
    const { username, email, challenge } = await userWithEmail();
    const EMAIL_OTP_CODE = await codeFor(emulator.dir, email);
    const other = await required.signIn(username);
    await expectRefusal(answer(required, username, other, { EMAIL_OTP_CODE }), 'CodeMismatchException');
    emulator.pass({ minutes: 3 });
    const late = answer(required, username, challenge, { EMAIL_OTP_CODE });
    await expectRefusal(late, 'NotAuthorizedException', 'session is expired');

    const fresh = await required.signIn(username);
    for (let time = 0; time < 4; time += 1)
      await expectRefusal(answer(required, username, fresh, { EMAIL_OTP_CODE: '0' }), 'CodeMismatchException');
    const right = { EMAIL_OTP_CODE: await codeFor(emulator.dir, email) };
    await expectRefusal(answer(required, username, fresh, right), 'NotAuthorizedException', 'attempts exceeded');
  });

  test('is offered beside a token where the user prefers neither', async () => {
    const { username, AccessToken, SecretCode } = await userWithToken({ email: 'both@example.com' });
    await optional.sdk.setUserMFAPreference({
      AccessToken,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false },
      EmailMfaSettings: { Enabled: true },
    });
    const choice = await optional.signIn(username);
    expect(choice).toMatchObject({
      ChallengeName: 'SELECT_MFA_TYPE',
      ChallengeParameters: { MFAS_CAN_CHOOSE: '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]', USER_ID_FOR_SRP: username },
    });
    await expectRefusal(answer(optional, username, choice, { ANSWER: 'SMS_MFA' }), 'InvalidParameterException');
    const token = await answer(optional, username, choice, { ANSWER: 'SOFTWARE_TOKEN_MFA' });
    await expect(answerCode(optional, username, token.Session, codeOf(SecretCode))).resolves.toHaveProperty(
      'AuthenticationResult',
    );
    const email = await answer(optional, username, await optional.signIn(username), { ANSWER: 'EMAIL_OTP' });
    const EMAIL_OTP_CODE = await codeFor(emulator.dir, 'both@example.com');
    await expect(answer(optional, username, email, { EMAIL_OTP_CODE })).resolves.toHaveProperty('AuthenticationResult');
  });
});

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
