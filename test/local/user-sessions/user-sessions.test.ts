import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

beforeAll(async () => {
  await track(app, 3);
});

const track = ({ sdk, UserPoolId }: App, MaxPerUser: number) =>
  sdk.setUserPoolSessionConfiguration({
    UserPoolId,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser },
  });

/** A new user of the pool, and what they and administrators ask about their sessions. */
async function newUser() {
  const { sdk, UserPoolId, signIn, addUser } = app;
  const Username = await addUser();
  return {
    Username,
    signIn: async () => (await signIn(Username)).AuthenticationResult ?? {},
    list: async () => (await sdk.adminListUserSessions({ UserPoolId, Username })).Sessions ?? [],
    listOwn: async (AccessToken?: string) => (await sdk.listUserSessions({ AccessToken })).Sessions ?? [],
  };
}

describe('the sessions of a user', () => {
  test('are listed with the one that asks, the last used first, over a restart', async () => {
    const user = await newUser();
    const first = await user.signIn();
    emulator.pass({ minutes: 1 });
    const second = await user.signIn();
    emulator.pass({ minutes: 1 });
    await app.refresh(first.RefreshToken, user.Username);
    await emulator.restart();
    const sessions = await user.listOwn(second.AccessToken);
    expect(sessions.map(({ IsCurrentSession }) => IsCurrentSession)).toStrictEqual([false, true]);
    expect(sessions[0]).toMatchObject({
      SessionId: expect.stringMatching(/^tkn[a-z0-9]{25}$/u) as unknown,
      SessionType: 'TOKEN',
      ClientId: app.ClientId,
    });
    expect(Number(sessions[0]?.LastActiveDate)).toBe(emulator.now());
    expect((await user.list()).map(({ SessionId }) => SessionId)).toStrictEqual(
      sessions.map(({ SessionId }) => SessionId),
    );
  });

  test('are revoked one by one, by their user or by an administrator', async () => {
    const user = await newUser();
    const [lost, own] = [await user.signIn(), await user.signIn()];
    const idOf = async (tokens: typeof own) =>
      (await user.listOwn(tokens.AccessToken)).find(({ IsCurrentSession }) => IsCurrentSession)?.SessionId;
    await expectRefusal(
      app.sdk.revokeUserSession({ AccessToken: own.AccessToken, SessionId: await idOf(own) }),
      'InvalidParameterException',
      'can not be revoked by it',
    );
    await app.sdk.revokeUserSession({ AccessToken: own.AccessToken, SessionId: await idOf(lost) });
    await expectRefusal(user.listOwn(lost.AccessToken), 'NotAuthorizedException', 'revoked');
    await expectRefusal(app.refresh(lost.RefreshToken, user.Username), 'NotAuthorizedException', 'revoked');
    expect(await user.listOwn(own.AccessToken)).toHaveLength(1);
    const { UserPoolId, sdk } = app;
    const revocation = { UserPoolId, Username: user.Username, SessionId: await idOf(own) };
    await sdk.adminRevokeUserSession({ ...revocation, RevokeAssociatedSessions: 'LINKED' });
    await expectRefusal(user.listOwn(own.AccessToken), 'NotAuthorizedException', 'revoked');
    await expectRefusal(sdk.adminRevokeUserSession(revocation), 'ResourceNotFoundException', 'does not exist');
  });

  test("are not another user's to revoke", async () => {
    const [ada, eve] = [await newUser(), await newUser()];
    await ada.signIn();
    const { AccessToken } = await eve.signIn();
    const SessionId = (await ada.list())[0]?.SessionId;
    await expectRefusal(app.sdk.revokeUserSession({ AccessToken, SessionId }), 'ResourceNotFoundException');
    expect(await ada.list()).toHaveLength(1);
  });

  test('are at most as many as the pool permits: the least recently used one goes', async () => {
    const user = await newUser();
    const oldest = await user.signIn();
    for (let count = 0; count < 3; count += 1) {
      emulator.pass({ seconds: 1 });
      await user.signIn();
    }
    expect(await user.list()).toHaveLength(3);
    await expectRefusal(user.listOwn(oldest.AccessToken), 'NotAuthorizedException', 'revoked');
  });

  test('are no longer listed once they have expired', async () => {
    const user = await newUser();
    await user.signIn();
    emulator.pass({ days: 31 });
    expect(await user.list()).toStrictEqual([]);
  });
});

describe('session tracking', () => {
  test('is off by default, and tracks the sessions that are opened from then on', async () => {
    const other = await createApp(emulator);
    const { sdk, UserPoolId } = other;
    const Username = await other.addUser();
    await other.signIn(Username);
    expect(await sdk.getUserPoolSessionConfiguration({ UserPoolId })).toMatchObject({
      UserSessionTracking: 'DISABLED',
      TokenSession: { MaxPerUser: 20 },
    });
    await expectRefusal(
      sdk.adminListUserSessions({ UserPoolId, Username }),
      'OperationNotEnabledException',
      'not enabled',
    );
    await track(other, 20);
    await other.signIn(Username);
    expect((await sdk.adminListUserSessions({ UserPoolId, Username })).Sessions).toHaveLength(1);
  });

  test('needs a tier that has it, and a number of sessions from 1 to 100', async () => {
    const lite = await createApp(emulator, { UserPoolTier: 'LITE' });
    await expectRefusal(track(lite, 20), 'FeatureUnavailableInTierException', 'LITE');
    await expectRefusal(track(app, 0), 'InvalidParameterException', "'tokenSession.maxPerUser'");
    await expectRefusal(track(app, 101), 'InvalidParameterException', "'tokenSession.maxPerUser'");
  });

  test("keeps a client's setting, 60 minutes by default, while tracking is off", async () => {
    const { sdk, UserPoolId, ClientId } = await createClient(app.sdk, app.UserPoolId);
    const client = { UserPoolId, ClientId };
    const minutes = async () =>
      (await sdk.getUserPoolClientSessionConfiguration(client)).SSOSession?.MaxValidityMinutes;
    const set = (MaxValidityMinutes: number) =>
      sdk.setUserPoolClientSessionConfiguration({ ...client, SSOSession: { MaxValidityMinutes } });
    expect(await minutes()).toBe(60);
    await set(0);
    const configuration = { UserPoolId, TokenSession: { MaxPerUser: 3 } };
    await sdk.setUserPoolSessionConfiguration({ ...configuration, UserSessionTracking: 'DISABLED' });
    expect(await minutes()).toBe(0);
    await expectRefusal(set(5), 'OperationNotEnabledException', 'not enabled');
    await sdk.setUserPoolSessionConfiguration({ ...configuration, UserSessionTracking: 'ENABLED' });
    await expectRefusal(set(129_601), 'InvalidParameterException', 'less than or equal to 129600');
  });
});
