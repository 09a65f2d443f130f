import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, claimsOf, createApp, expectRefusal, useEmulator } from '../emulator.js';

const Username = 'ada';
const temporary = 'Temp-passw0rd';
const own = 'Own-passw0rd';

describe('a user, from creation to deletion,', () => {
  const emulator = useEmulator();
  const app = beforeTests(() => createApp(emulator));
  let person: { UserPoolId: string; Username: string };
  let session: string | undefined;
  let refreshToken: string | undefined;

  beforeAll(async () => {
    person = { UserPoolId: app.UserPoolId, Username };
    await app.sdk.createGroup({ UserPoolId: app.UserPoolId, GroupName: 'chefs' });
  });

  const answer = (newPassword: string) =>
    app.sdk.respondToAuthChallenge({
      ClientId: app.ClientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: session,
      ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: newPassword, SECRET_HASH: app.hash(Username) },
    });

  test('is created with a temporary password', async () => {
    const { User } = await app.sdk.adminCreateUser({ ...person, TemporaryPassword: temporary });
    expect(User).toMatchObject({ Username, Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' });
  });

  test('is challenged to choose a password', async () => {
    const challenge = await app.signIn(Username, temporary);
    expect(challenge).toMatchObject({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeParameters: { USER_ID_FOR_SRP: Username },
    });
    expect(challenge.AuthenticationResult).toBeUndefined();
    session = challenge.Session;
  });

  test('can not choose a weak one', async () => {
    await expectRefusal(answer('short1!'), 'InvalidPasswordException', 'Password not long enough');
    await expectRefusal(answer('no-numbers-here'), 'InvalidPasswordException', 'numeric characters');
  });

  test('is signed in with a strong one', async () => {
    const { AuthenticationResult } = await answer(own);
    expect(AuthenticationResult).toMatchObject({ TokenType: 'Bearer', ExpiresIn: 3600 });
    expect(claimsOf(AuthenticationResult?.AccessToken)).not.toHaveProperty('cognito:groups');
    expect(await app.sdk.adminGetUser(person)).toMatchObject({ UserStatus: 'CONFIRMED' });
  });

  test('signs in with the new password, and no longer with the temporary one', async () => {
    expect((await app.signIn(Username, own)).AuthenticationResult).toBeDefined();
    await expectRefusal(app.signIn(Username, temporary), 'NotAuthorizedException', 'Incorrect username or password.');
  });

  test('is added to a group, which is in both tokens', async () => {
    await app.sdk.adminAddUserToGroup({ ...person, GroupName: 'chefs' });
    const { AuthenticationResult: tokens } = await app.signIn(Username, own);
    expect(claimsOf(tokens?.AccessToken)).toHaveProperty('cognito:groups', ['chefs']);
    expect(claimsOf(tokens?.IdToken)).toHaveProperty('cognito:groups', ['chefs']);
    expect((await app.sdk.adminListGroupsForUser(person)).Groups).toMatchObject([{ GroupName: 'chefs' }]);
    refreshToken = tokens?.RefreshToken;
  });

  test('gets new tokens for a refresh token, with the secret hash of the internal user name', async () => {
    const { AuthenticationResult: tokens } = await app.refresh(refreshToken, Username);
    expect(claimsOf(tokens?.AccessToken)).toMatchObject({ username: Username, 'cognito:groups': ['chefs'] });
    expect(claimsOf(tokens?.IdToken)).toMatchObject({ 'cognito:username': Username });
    expect(tokens?.RefreshToken).toBeUndefined();
  });

  test('is removed from the group, which is not in the next tokens', async () => {
    await app.sdk.adminRemoveUserFromGroup({ ...person, GroupName: 'chefs' });
    const { AuthenticationResult: tokens } = await app.refresh(refreshToken, Username);
    expect(claimsOf(tokens?.AccessToken)).not.toHaveProperty('cognito:groups');
  });

  test('is signed out everywhere: refresh and access tokens are refused', async () => {
    const { AuthenticationResult: tokens } = await app.signIn(Username, own);
    await app.sdk.adminUserGlobalSignOut(person);
    for (const token of [refreshToken, tokens?.RefreshToken])
      await expectRefusal(app.refresh(token, Username), 'NotAuthorizedException', 'Refresh Token has been revoked');
    await expectRefusal(
      app.sdk.getUser({ AccessToken: tokens?.AccessToken }),
      'NotAuthorizedException',
      'Access Token has been revoked',
    );
  });

  test('is disabled: password, refresh token and access token are refused', async () => {
    const { AuthenticationResult: tokens } = await app.signIn(Username, own);
    await app.sdk.adminDisableUser(person);
    await expectRefusal(app.signIn(Username, own), 'NotAuthorizedException', 'User is disabled.');
    await expectRefusal(app.refresh(tokens?.RefreshToken, Username), 'NotAuthorizedException', 'User is disabled.');
    await expectRefusal(app.sdk.getUser({ AccessToken: tokens?.AccessToken }), 'NotAuthorizedException');
  });

  test('is enabled and signs in again', async () => {
    await app.sdk.adminEnableUser(person);
    const { AuthenticationResult: tokens } = await app.signIn(Username, own);
    expect(await app.sdk.getUser({ AccessToken: tokens?.AccessToken })).toMatchObject({ Username });
  });

  test('is deleted: user name, password and tokens are unknown', async () => {
    const { AuthenticationResult: tokens } = await app.signIn(Username, own);
    await app.sdk.adminDeleteUser(person);
    await expectRefusal(app.sdk.adminGetUser(person), 'UserNotFoundException', 'User does not exist.');
    await expectRefusal(app.signIn(Username, own), 'NotAuthorizedException', 'Incorrect username or password.');
    await expectRefusal(app.sdk.getUser({ AccessToken: tokens?.AccessToken }), 'UserNotFoundException');
    await expectRefusal(app.refresh(tokens?.RefreshToken, Username), 'NotAuthorizedException', 'Invalid Refresh Token');
  });
});
