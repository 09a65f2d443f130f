import { describe, expect, test } from '@jest/globals';
import { beforeTests, expectRefusal, useEmulator } from '../emulator.js';
import { createJobWith, fileOf, headerOf, newPool, person, type Row } from './import-job.js';

const emulator = useEmulator();
const app = beforeTests(() => newPool(emulator));

describe('an import', () => {
  test('has a header of every attribute of the pool', async () => {
    expect(await headerOf(app)).toStrictEqual(
      (
        'name given_name family_name middle_name nickname preferred_username profile picture website email ' +
        'email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at ' +
        'custom:seats cognito:mfa_enabled cognito:username'
      ).split(' '),
    );
  });

  test('adds users who must reset their passwords, skips those who exist, and says which line failed', async () => {
    const { sdk, UserPoolId, signIn, ClientId, hash } = app;
    await sdk.adminCreateUser({ UserPoolId, Username: 'known' });
    const ada = { ...person('ada'), name: 'Countess\\, Ada ', birthdate: '12/10/1815', 'custom:seats': '4' };
    const file = await fileOf(app, [ada, person('known'), { ...person('broken'), 'custom:seats': 'many' }]);
    const { start, finished } = await createJobWith(app, file);
    expect((await start()).UserImportJob).toMatchObject({ Status: 'Pending' });
    expect(await finished()).toMatchObject({
      Status: 'Succeeded',
      ImportedUsers: 1,
      SkippedUsers: 1,
      FailedUsers: 1,
      CompletionMessage: 'Line 3: User account already exists',
    });
    const user = await sdk.adminGetUser({ UserPoolId, Username: 'ada' });
    expect(user.UserStatus).toBe('RESET_REQUIRED');
    for (const [Name, Value] of [
      ['name', 'Countess, Ada'],
      ['birthdate', '1815-12-10'],
      ['email_verified', 'true'],
      ['custom:seats', '4'],
    ])
      expect(user.UserAttributes).toContainEqual({ Name, Value });
    await expectRefusal(signIn('ada'), 'PasswordResetRequiredException', 'Password reset required');
    const reset = await sdk.forgotPassword({ ClientId, Username: 'ada', SecretHash: hash('ada') });
    expect(reset.CodeDeliveryDetails).toMatchObject({ Destination: 'a***@e***' });
  });

  test.each([
    ['a name with white space', { ...person('x'), 'cognito:username': 'a b' }, 'cognito:username is missing'],
    ['an unverified address', { ...person('x'), email_verified: 'FALSE' }, 'email must be verified'],
    ['a verified address that is missing', { ...person('x'), email: '' }, 'email is missing'],
    [
      'a second factor where MFA is off',
      { ...person('x'), 'cognito:mfa_enabled': 'TRUE' },
      'cognito:mfa_enabled must be false',
    ],
    [
      'a birthdate in another format',
      { ...person('x'), birthdate: '1985-02-01' },
      'birthdate must have the format mm/dd/yyyy',
    ],
    ['a comma without a backslash', { ...person('x'), name: 'a,b' }, 'The row has 23 values instead of 22'],
  ] as [string, Row, string][])('fails with nobody but a user with %s', async (_name, row, message) => {
    const { start, finished } = await createJobWith(app, await fileOf(app, [row]));
    await start();
    expect(await finished()).toMatchObject({
      Status: 'Failed',
      ImportedUsers: 0,
      FailedUsers: 1,
      CompletionMessage: expect.stringMatching(
        new RegExp(`^Too many users have failed or been skipped during the import. Line 2: ${message}`, 'u'),
      ) as unknown,
    });
  });

  test('fails with another header', async () => {
    const { start, finished } = await createJobWith(app, 'cognito:username,email\nada,a@example.com\n');
    await start();
    expect(await finished()).toMatchObject({
      Status: 'Failed',
      CompletionMessage: expect.stringContaining('header') as unknown,
    });
  });

  test('goes on after a restart, and imports everyone once', async () => {
    const pool = await newPool(emulator);
    const names = Array.from({ length: 120 }, (_, index) => `user-${index}`);
    const { start, finished } = await createJobWith(pool, await fileOf(pool, names.map(person)));
    await start();
    await emulator.restart();
    expect(await finished()).toMatchObject({
      Status: 'Succeeded',
      ImportedUsers: 120,
      SkippedUsers: 0,
      FailedUsers: 0,
    });
    const { UserPool } = await pool.sdk.describeUserPool({ UserPoolId: pool.UserPoolId });
    expect(UserPool?.EstimatedNumberOfUsers).toBe(120);
  });

  test('is stopped, and not started again', async () => {
    const pool = await newPool(emulator);
    const names = Array.from({ length: 2000 }, (_, index) => `user-${index}`);
    const { sdk, identified, start, finished } = await createJobWith(pool, await fileOf(pool, names.map(person)));
    await start();
    expect((await sdk.stopUserImportJob(identified)).UserImportJob).toMatchObject({ Status: 'Stopping' });
    const stopped = await finished();
    expect(stopped).toMatchObject({
      Status: 'Stopped',
      CompletionMessage: 'The Import Job was stopped by the developer.',
    });
    expect(stopped.ImportedUsers).toBeLessThan(2000);
    await expectRefusal(start(), 'PreconditionNotMetException', 'started before');
    await expectRefusal(sdk.stopUserImportJob(identified), 'PreconditionNotMetException', 'not in progress');
  });
});
