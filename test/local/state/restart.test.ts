import { readFile, stat } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import {
  beforeTests,
  createApp,
  expectRefusal,
  PASSWORD,
  startEmulator,
  useEmulator,
  type App,
  type Emulator,
} from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

const servedKeys = async ({ endpoint }: Emulator, { UserPoolId }: App) =>
  (await fetch(`${endpoint()}/${UserPoolId}/.well-known/jwks.json`)).text();

describe('a restart keeps', () => {
  test('users, their passwords and their groups', async () => {
    const { UserPoolId, sdk } = app;
    const Username = await app.addUser({ email: 'a@example.com' });
    await sdk.createGroup({ UserPoolId, GroupName: 'chefs' });
    await sdk.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'chefs' });
    const before = await sdk.adminGetUser({ UserPoolId, Username });
    await emulator.restart();
    const after = await sdk.adminGetUser({ UserPoolId, Username });
    expect({ ...after, $metadata: {} }).toStrictEqual({ ...before, $metadata: {} });
    expect((await sdk.adminListGroupsForUser({ UserPoolId, Username })).Groups).toMatchObject([{ GroupName: 'chefs' }]);
    await expect(app.signIn(Username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expectRefusal(app.signIn(Username, 'wr0ng-password'), 'NotAuthorizedException');
  });

  test('keys, and the tokens that have not expired', async () => {
    const username = await app.addUser();
    const { AuthenticationResult: tokens } = await app.signIn(username);
    const before = await servedKeys(emulator, app);
    await emulator.restart();
    expect(await servedKeys(emulator, app)).toBe(before);
    await expect(app.sdk.getUser({ AccessToken: tokens?.AccessToken })).resolves.toHaveProperty('Username', username);
    await expect(app.refresh(tokens?.RefreshToken, username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('what was revoked, disabled and deleted', async () => {
    const { UserPoolId, sdk } = app;
    const [signedOut, disabled, deleted] = [await app.addUser(), await app.addUser(), await app.addUser()];
    const { AuthenticationResult: tokens } = await app.signIn(signedOut);
    await sdk.adminUserGlobalSignOut({ UserPoolId, Username: signedOut });
    await sdk.adminDisableUser({ UserPoolId, Username: disabled });
    await sdk.adminDeleteUser({ UserPoolId, Username: deleted });
    await emulator.restart();
    await expectRefusal(app.refresh(tokens?.RefreshToken, signedOut), 'NotAuthorizedException', 'revoked');
    await expectRefusal(app.signIn(disabled), 'NotAuthorizedException', 'User is disabled.');
    await expectRefusal(sdk.adminGetUser({ UserPoolId, Username: deleted }), 'UserNotFoundException');
  });
});

describe('the state', () => {
  test('has different keys in every directory', async () => {
    const other = await startEmulator();
    const keys = [await servedKeys(emulator, app), await servedKeys(other, await createApp(other))];
    await other.stop();
    const kids = keys.flatMap((text) => [...text.matchAll(/"kid":"[^"]+"/gu)].map(String));
    expect(new Set(kids).size).toBe(4);
  });

  test('is readable by its owner alone, and holds neither passwords nor refresh tokens', async () => {
    const username = await app.addUser();
    const { AuthenticationResult: tokens } = await app.signIn(username);
    const path = `${emulator.dir}/cognito.json`;
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const state = await readFile(path, 'utf8');
    expect(state).toContain(username);
    for (const secret of [PASSWORD, tokens?.RefreshToken, tokens?.RefreshToken?.split('.')[1], tokens?.AccessToken])
      expect(state).not.toContain(secret);
  });

  test('no longer holds sessions that have expired', async () => {
    const username = await app.addUser();
    await app.signIn(username);
    const { size } = await stat(`${emulator.dir}/cognito.json`);
    for (let time = 0; time < 5; time += 1) {
      emulator.pass({ days: 31 });
      await app.signIn(username);
    }
    expect((await stat(`${emulator.dir}/cognito.json`)).size).toBeLessThanOrEqual(size);
  });
});
