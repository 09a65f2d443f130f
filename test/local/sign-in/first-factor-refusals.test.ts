import { describe, expect, test } from '@jest/globals';
import { createApp, createClient, expectRefusal, PASSWORD } from '../emulator.js';
import { messagesIn } from '../outbox/outbox.js';
import { answer, choosing, SignInPolicy, start, useChoosingApps } from './choosing-apps.js';

const { emulator, app } = useChoosingApps();

describe('USER_AUTH refuses', () => {
  test('a client that does not allow it', async () => {
    const other = await createClient(app.sdk, app.UserPoolId, { GenerateSecret: false });
    await expectRefusal(
      start(other, await app.addUser()),
      'InvalidParameterException',
      'USER_AUTH flow not enabled for this client',
    );
  });

  test('a wrong password, and leaves the session to try again with', async () => {
    const username = await app.addUser();
    const { Session } = await start(app, username);
    const choose = (password: string) =>
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ANSWER: 'PASSWORD', PASSWORD: password });
    await expectRefusal(choose('Wr0ng!pass'), 'NotAuthorizedException', 'Incorrect username or password.');
    await expect(choose(PASSWORD)).resolves.toHaveProperty('AuthenticationResult.IdToken');
    await expectRefusal(choose(PASSWORD), 'NotAuthorizedException', 'Invalid session for the user.');
  });

  test('a choice that was not offered', async () => {
    const username = await app.addUser();
    const { Session } = await start(app, username);
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ANSWER: 'EMAIL_OTP' }),
      'InvalidParameterException',
      'ANSWER EMAIL_OTP is not one of the available challenges.',
    );
  });

  test("another user's session, and a session that has expired", async () => {
    const [username, other] = [await app.addUser(), await app.addUser()];
    const { Session } = await start(app, username);
    const chosen = { ANSWER: 'PASSWORD', PASSWORD };
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: other, ...chosen }),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
    emulator.pass({ minutes: 3 });
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', Session, { USERNAME: username, ...chosen }),
      'NotAuthorizedException',
      'Invalid session for the user, session is expired.',
    );
  });

  test('a code by e-mail in a pool that requires a second factor', async () => {
    const strict = await createApp(emulator, { Policies: { SignInPolicy } }, choosing);
    const username = await strict.addUser({ email: 'strict@example.com', email_verified: 'true' });
    await expect(start(strict, username)).resolves.toMatchObject({
      AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'],
    });
    await strict.sdk.setUserPoolMfaConfig({
      UserPoolId: strict.UserPoolId,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    });
    await expect(start(strict, username)).resolves.toMatchObject({ AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'] });
  });

  test('nothing that tells whether a user exists, where the client hides it', async () => {
    const sent = (await messagesIn(emulator.dir)).length;
    const opened = await start(app, 'nobody', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    expect(opened).toMatchObject({
      ChallengeName: 'SELECT_CHALLENGE',
      AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'],
    });
    await expectRefusal(
      answer(app, 'SELECT_CHALLENGE', opened.Session, { USERNAME: 'nobody', ANSWER: 'PASSWORD', PASSWORD }),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
    await expect(messagesIn(emulator.dir)).resolves.toHaveLength(sent);
    const open = await createClient(app.sdk, app.UserPoolId, { ...choosing, PreventUserExistenceErrors: 'LEGACY' });
    await expectRefusal(start(open, 'nobody'), 'UserNotFoundException', 'User does not exist.');
  });
});
