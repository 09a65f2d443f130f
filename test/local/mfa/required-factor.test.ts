import { describe, expect, test } from '@jest/globals';
import { expectRefusal } from '../emulator.js';
import { codeFor, messagesIn } from '../outbox/outbox.js';
import { answer, answerCode, useMfaApps } from './mfa-apps.js';

const { emulator, optional, required, codeOf, userWithToken } = useMfaApps();

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
