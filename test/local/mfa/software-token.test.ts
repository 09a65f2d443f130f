import { describe, expect, test } from '@jest/globals';
import { expectRefusal } from '../emulator.js';
import { signInBySrp } from '../sign-in/srp-client.js';
import { answerCode, useMfaApps } from './mfa-apps.js';

const { emulator, optional, off, codeOf, nextStep, userWithToken } = useMfaApps();

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
