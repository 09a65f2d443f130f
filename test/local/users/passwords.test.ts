import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

describe('the password policy', () => {
  const weak = [
    ['short', 'a1!', 'Password not long enough'],
    ['without a number', 'password!', 'Password must have numeric characters'],
    ['without a symbol', 'passw0rds', 'Password must have symbol characters'],
    ['without a lower-case letter', 'PASSW0RD!', 'Password must have lowercase characters'],
  ] as const;

  test.each(weak)(
    'refuses a password that is %s, in every operation of administrators',
    async (_name, password, message) => {
      const { UserPoolId } = app;
      const Username = await app.addUser();
      for (const work of [
        app.sdk.adminCreateUser({ UserPoolId, Username: 'newcomer', TemporaryPassword: password }),
        app.sdk.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true }),
        app.sdk.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: false }),
      ])
        await expectRefusal(work, 'InvalidPasswordException', message);
      await expect(app.signIn(Username)).resolves.toHaveProperty('AuthenticationResult');
    },
  );

  test('requires everything in a pool that is created without a policy', async () => {
    const strict = await createApp(emulator, { Policies: {} });
    await expectRefusal(
      strict.sdk.adminCreateUser({
        UserPoolId: strict.UserPoolId,
        Username: 'newcomer',
        TemporaryPassword: 'passw0rd!',
      }),
      'InvalidPasswordException',
      'Password must have uppercase characters',
    );
  });

  test('is satisfied by the temporary password that is generated when none is given', async () => {
    const strict = await createApp(emulator, {
      Policies: { PasswordPolicy: { MinimumLength: 40, RequireSymbols: true } },
    });
    await expect(strict.addUser()).rejects.toMatchObject({
      message: expect.stringContaining('not long enough') as unknown,
    });
    const { Users } = await strict.sdk.listUsers({ UserPoolId: strict.UserPoolId });
    expect(Users).toMatchObject([{ UserStatus: 'FORCE_CHANGE_PASSWORD' }]);
  });
});

describe('a temporary password', () => {
  test('is valid for seven days, and for another seven when the invitation is sent again', async () => {
    const person = { UserPoolId: app.UserPoolId, Username: 'invited' };
    await app.sdk.adminCreateUser({ ...person, TemporaryPassword: PASSWORD });
    emulator.pass({ days: 6 });
    await expect(app.signIn('invited')).resolves.toHaveProperty('ChallengeName', 'NEW_PASSWORD_REQUIRED');
    emulator.pass({ days: 1 });
    await expectRefusal(app.signIn('invited'), 'NotAuthorizedException', 'Temporary password has expired');
    await app.sdk.adminCreateUser({ ...person, MessageAction: 'RESEND', TemporaryPassword: PASSWORD });
    await expect(app.signIn('invited')).resolves.toHaveProperty('ChallengeName', 'NEW_PASSWORD_REQUIRED');
  });

  test('is refused for a user with a permanent one', async () => {
    const Username = await app.addUser();
    await expectRefusal(
      app.sdk.adminCreateUser({ UserPoolId: app.UserPoolId, Username, MessageAction: 'RESEND' }),
      'UnsupportedUserStateException',
    );
  });
});

describe('wrong passwords', () => {
  const fail = async (username: string, times: number) => {
    for (let time = 0; time < times; time += 1)
      await expectRefusal(app.signIn(username, 'wr0ng-password'), 'NotAuthorizedException', 'Incorrect username');
  };
  const expectLocked = (username: string) =>
    expectRefusal(app.signIn(username), 'NotAuthorizedException', 'Password attempts exceeded');

  test('lock the user out after the fifth, for one second, then two, then four', async () => {
    const username = await app.addUser();
    await fail(username, 5);
    for (const seconds of [1, 2, 4]) {
      await expectLocked(username);
      emulator.pass({ seconds });
      await fail(username, 1);
    }
  });

  test('lock the user out for about 15 minutes at most', async () => {
    const username = await app.addUser();
    await fail(username, 4);
    for (let time = 5; time <= 15; time += 1) {
      emulator.pass({ minutes: 14, seconds: 50 });
      await fail(username, 1);
    }
    emulator.pass({ minutes: 14, seconds: 59 });
    await expectLocked(username);
    emulator.pass({ seconds: 1 });
    await expect(app.signIn(username)).resolves.toHaveProperty('AuthenticationResult');
  });

  test('no longer count after the correct one', async () => {
    const username = await app.addUser();
    await fail(username, 4);
    await app.signIn(username);
    await fail(username, 4);
    await expect(app.signIn(username)).resolves.toHaveProperty('AuthenticationResult');
  });

  test('no longer count after 15 minutes without an attempt', async () => {
    const username = await app.addUser();
    await fail(username, 5);
    emulator.pass({ minutes: 15 });
    await fail(username, 4);
    await expect(app.signIn(username)).resolves.toHaveProperty('AuthenticationResult');
  });

  test('lock the user out when they arrive concurrently', async () => {
    const username = await app.addUser();
    emulator.gather(12);
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => app.signIn(username, 'wr0ng-password')));
    const messages = tries.map((entry) => (entry.status === 'rejected' ? String(entry.reason) : 'signed in'));
    expect(messages.filter((message) => message.includes('Incorrect username or password.'))).toHaveLength(5);
    expect(messages.filter((message) => message.includes('Password attempts exceeded'))).toHaveLength(7);
  });

  test('lock the user out across a restart', async () => {
    const username = await app.addUser();
    await fail(username, 5);
    emulator.pass({ seconds: 1 });
    await fail(username, 1);
    await emulator.restart();
    await expectLocked(username);
  });

  test('lock out a user name that does not exist in the same way', async () => {
    await fail('unknown', 5);
    await expectLocked('unknown');
  });
});

describe('whether a user exists', () => {
  test('is hidden by a client that prevents user-existence errors', async () => {
    await expectRefusal(app.signIn('absent'), 'NotAuthorizedException', 'Incorrect username or password.');
  });

  test('is revealed by a client that is set to LEGACY', async () => {
    const legacy = await createApp(emulator, {}, { PreventUserExistenceErrors: 'LEGACY' });
    await expectRefusal(legacy.signIn('absent'), 'UserNotFoundException', 'User does not exist.');
  });

  test('is not revealed by a disabled user to a caller without the password', async () => {
    const Username = await app.addUser();
    await app.sdk.adminDisableUser({ UserPoolId: app.UserPoolId, Username });
    await expectRefusal(app.signIn(Username, 'wr0ng-password'), 'NotAuthorizedException', 'Incorrect username');
    await expectRefusal(app.signIn(Username), 'NotAuthorizedException', 'User is disabled.');
  });
});
