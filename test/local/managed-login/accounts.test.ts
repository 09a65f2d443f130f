import { describe, expect, test } from '@jest/globals';
import { defineTrigger } from '../../../app/platform/triggers/trigger.js';
import { customers } from '../../harness/fixture-api/access.js';
import { beforeTests, useEmulator } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { expectCode, saidIn, titleOf } from './answers.js';
import { anotherLoginClient, authorizePath, createLoginApp, openBrowser, signInAt, type Answer } from './browser.js';

const confirmed = defineTrigger(customers, 'preSignUp', (event) => {
  event.response = { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: false };
  return event;
});
const triggers = [{ name: 'confirms', poolName: 'confirming', trigger: confirmed }];

const emulator = useEmulator({ triggers: { triggers } });
const app = beforeTests(() => createLoginApp(emulator, { AutoVerifiedAttributes }));

const AutoVerifiedAttributes: 'email'[] = ['email'];

const password = 'Passw0rd!';
const pathOf = (name: string, client = app) => authorizePath(client).replace('/oauth2/authorize', name);

describe('signing up', () => {
  test.each([
    ['a client without a secret', {}],
    ['a client with one', { GenerateSecret: true }],
  ])('through %s: account, code from the outbox, and back with a code, signed in', async (name, settings) => {
    const client = await anotherLoginClient(app, settings);
    const email = `${name.replaceAll(' ', '-')}@example.com`;
    const username = name.replaceAll(' ', '-');
    const browser = openBrowser(emulator.endpoint);
    const login = await browser.get(pathOf('/login', client));
    expect(login.html).toContain('href="/signup?response_type=code&amp;client_id=');
    const asked = await browser.submit(await browser.get(pathOf('/signup', client)), {
      username,
      password,
      'attribute.email': email,
    });
    expect([asked.status, titleOf(asked), saidIn(asked)]).toStrictEqual([
      200,
      'Confirm your account',
      'A code was sent to a***@e***.',
    ]);
    const wrong = await browser.submit(asked, { code: '000000' });
    expect([wrong.status, saidIn(wrong)]).toStrictEqual([400, 'Invalid verification code provided, please try again.']);
    expectCode(await browser.submit(wrong, { code: await codeFor(emulator.dir, email) }));
    expectCode(await browser.get(authorizePath(client)));
  });

  describe('signs nobody in by the code alone:', () => {
    const signUp = async (username: string) => {
      const browser = openBrowser(emulator.endpoint);
      const fields = { username, password, 'attribute.email': `${username}@example.com` };
      return { browser, asked: await browser.submit(await browser.get(pathOf('/signup')), fields) };
    };
    const sessionIn = ({ html }: Answer) =>
      /name="session"\s+value="(?<session>[^"]+)"/u.exec(html)?.groups?.['session'] ?? '';

    test.each<[string, (own: Answer) => string | Promise<string>]>([
      ['without the session of the sign-up', () => ''],
      ["with that of another's", async () => sessionIn((await signUp('mallory')).asked)],
      ['three minutes later', (own) => (emulator.pass({ minutes: 3 }), sessionIn(own))],
    ])('%s, it confirms, and asks for the password', async (name, sessionFor) => {
      const username = name.replaceAll(/\W/gu, '-');
      const { browser, asked } = await signUp(username);
      const session = await sessionFor(asked);
      const code = await codeFor(emulator.dir, `${username}@example.com`);
      const signIn = await browser.submit(asked, { code, session });
      expect([titleOf(signIn), saidIn(signIn)]).toStrictEqual(['Sign in', 'Your account is confirmed: sign in.']);
      expect(browser.cookies.has(`cognito-${app.UserPoolId}`)).toBe(false);
      expectCode(await browser.submit(signIn, { username, password }));
    });
  });

  test('with an expired code is a page that says so, and sends another one', async () => {
    const browser = openBrowser(emulator.endpoint);
    const fields = { username: 'slow', password, 'attribute.email': 'slow@example.com' };
    const asked = await browser.submit(await browser.get(pathOf('/signup')), fields);
    emulator.pass({ days: 2 });
    const late = await browser.submit(asked, { code: await codeFor(emulator.dir, 'slow@example.com') });
    expect([late.status, titleOf(late), saidIn(late)]).toStrictEqual([
      400,
      'Confirm your account',
      'Invalid code provided, please request a code again.',
    ]);
    const resent = await browser.submit(late, { resend: 'yes', code: '' });
    const signIn = await browser.submit(resent, { code: await codeFor(emulator.dir, 'slow@example.com') });
    expect(saidIn(signIn)).toBe('Your account is confirmed: sign in.');
  });

  test('where a trigger confirms the account, goes back with a code at once', async () => {
    const pool = await createLoginApp(emulator, { PoolName: 'confirming', AutoVerifiedAttributes });
    const browser = openBrowser(emulator.endpoint);
    const fields = { username: 'ada', password, 'attribute.email': 'ada@example.com' };
    expectCode(await browser.submit(await browser.get(pathOf('/signup', pool)), fields));
  });

  test('says what is wrong, and keeps what was typed but the password', async () => {
    const browser = openBrowser(emulator.endpoint);
    const fields = { username: 'weak', password: 'short', 'attribute.email': 'weak@example.com' };
    const refused = await browser.submit(await browser.get(pathOf('/signup')), fields);
    expect([refused.status, saidIn(refused)]).toStrictEqual([
      400,
      'Password did not conform with policy: Password not long enough',
    ]);
    expect(refused.html).toContain('value="weak@example.com"');
    expect(refused.html).not.toContain('short"');
  });

  test('that is not confirmed leads a sign-in to the code, of which another one can be sent', async () => {
    const browser = openBrowser(emulator.endpoint);
    const fields = { username: 'late', password, 'attribute.email': 'late@example.com' };
    await browser.submit(await browser.get(pathOf('/signup')), fields);
    const first = await codeFor(emulator.dir, 'late@example.com');
    const asked = await signInAt(browser, authorizePath(app), 'late');
    expect([asked.status, titleOf(asked), saidIn(asked)]).toStrictEqual([
      400,
      'Confirm your account',
      'User is not confirmed.',
    ]);
    const resent = await browser.submit(asked, { resend: 'yes', code: '' });
    expect([resent.status, saidIn(resent)]).toStrictEqual([200, 'A code was sent to l***@e***.']);
    const code = await codeFor(emulator.dir, 'late@example.com');
    expect(code).not.toBe(first);
    expectCode(await browser.submit(resent, { code }));
  });

  test('is not offered, and refused, where administrators create accounts', async () => {
    const closed = await createLoginApp(emulator, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
    const browser = openBrowser(emulator.endpoint);
    expect((await browser.get(pathOf('/login', closed))).html).not.toContain('/signup');
    const { status, html } = await browser.get(pathOf('/signup', closed));
    expect([status, html]).toStrictEqual([400, expect.stringContaining('administrators create accounts')]);
  });

  test('by e-mail address asks for the address once', async () => {
    const byEmail = await createLoginApp(emulator, { UsernameAttributes: ['email'], AutoVerifiedAttributes });
    const browser = openBrowser(emulator.endpoint);
    const page = await browser.get(pathOf('/signup', byEmail));
    expect(page.html).toContain('<label for="username">E-mail address</label>');
    expect(page.html).not.toContain('attribute.email');
    const username = 'only@example.com';
    const asked = await browser.submit(page, { username, password });
    expectCode(await browser.submit(asked, { code: await codeFor(emulator.dir, username) }));
  });
});

describe('a forgotten password', () => {
  test('is replaced by a code from the outbox, which is good once', async () => {
    const username = await app.addUser({ email: 'ada@example.com', email_verified: 'true' });
    const browser = openBrowser(emulator.endpoint);
    const asked = await browser.submit(await browser.get(pathOf('/forgotPassword')), { username });
    expect([titleOf(asked), saidIn(asked)]).toStrictEqual(['Choose a new password', 'A code was sent to a***@e***.']);
    const wrong = await browser.submit(asked, { code: '000000', password: 'N3w-password' });
    expect(wrong.status).toBe(400);
    const code = await codeFor(emulator.dir, 'ada@example.com');
    const changed = await browser.submit(wrong, { code, password: 'N3w-password' });
    expect([titleOf(changed), saidIn(changed)]).toStrictEqual(['Sign in', 'Your password is changed: sign in.']);
    expectCode(await browser.submit(changed, { username, password: 'N3w-password' }));
    expect((await browser.submit(asked, { code, password: 'An0ther-one' })).status).toBe(400);
  });

  test('with an expired code is a page that says so, and the old password stays', async () => {
    const username = await app.addUser({ email: 'eve@example.com', email_verified: 'true' });
    const browser = openBrowser(emulator.endpoint);
    const asked = await browser.submit(await browser.get(pathOf('/forgotPassword')), { username });
    const code = await codeFor(emulator.dir, 'eve@example.com');
    emulator.pass({ days: 2 });
    const late = await browser.submit(asked, { code, password: 'N3w-password' });
    expect([late.status, titleOf(late)]).toStrictEqual([400, 'Choose a new password']);
    expect(saidIn(late)).toBe('Invalid code provided, please request a code again.');
    expectCode(await signInAt(browser, authorizePath(app), username));
  });

  test('of a name that nobody has looks the same', async () => {
    const browser = openBrowser(emulator.endpoint);
    const asked = await browser.submit(await browser.get(pathOf('/forgotPassword')), { username: 'nobody' });
    expect([asked.status, titleOf(asked)]).toStrictEqual([200, 'Choose a new password']);
    expect(saidIn(asked)).toMatch(/^A code was sent to [a-z]\*\*\*@[a-z]\*\*\*\.$/u);
  });

  test('that an administrator has reset leads a sign-in there', async () => {
    const username = await app.addUser({ email: 'kay@example.com', email_verified: 'true' });
    await app.sdk.adminResetUserPassword({ UserPoolId: app.UserPoolId, Username: username });
    const browser = openBrowser(emulator.endpoint);
    const asked = await signInAt(browser, authorizePath(app), username);
    expect([asked.status, titleOf(asked)]).toStrictEqual([400, 'Choose a new password']);
    const code = await codeFor(emulator.dir, 'kay@example.com');
    expect((await browser.submit(asked, { code, password: 'N3w-password' })).status).toBe(200);
  });
});
