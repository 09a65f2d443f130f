import { beforeAll, expect, test } from '@jest/globals';
import { totp } from '../../../app/local/cognito/mfa/totp.js';
import { beforeTests, PASSWORD, useEmulator } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { expectCode, problemOf, titleOf } from './answers.js';
import { authorizePath, createLoginApp, openBrowser, signInAt, type Answer, type BrowserLike } from './browser.js';

const EMAIL = 'ada@example.com';

const emulator = useEmulator();
const app = beforeTests(() => createLoginApp(emulator));

beforeAll(async () => {
  await app.sdk.setUserPoolMfaConfig({
    UserPoolId: app.UserPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: {},
  });
});

const secretOf = ({ html }: Answer) => /<code>(?<secret>[A-Z2-7]+)<\/code>/u.exec(html)?.groups?.['secret'] ?? '';
const totpOf = (secret: string) => totp(secret, Math.floor(emulator.now() / 30_000));
const hasSession = ({ cookies }: BrowserLike) => cookies.has(`cognito-${app.UserPoolId}`);

/** Sets up an authenticator app at the first sign-in; resolves to its secret. */
async function setUpApp(username: string) {
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), username);
  const secret = secretOf(page);
  expectCode(await browser.submit(page, { code: totpOf(secret) }));
  emulator.pass({ seconds: 30 });
  return secret;
}

test('an authenticator app is set up by a QR code or its secret; a wrong code keeps the secret', async () => {
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), await app.addUser());
  expect([page.status, titleOf(page)]).toStrictEqual([200, 'Set up a second factor']);
  expect(page.html).toContain('<svg xmlns="http://www.w3.org/2000/svg"');
  expect(page.html).not.toContain('style="');
  const wrong = await browser.submit(page, { code: '000000' });
  expect([wrong.status, problemOf(wrong)]).toStrictEqual([400, 'Code mismatch and fail enable Software Token MFA']);
  expect(secretOf(wrong)).toBe(secretOf(page));
  expect(hasSession(browser)).toBe(false);
  const code = totpOf(secretOf(page));
  expectCode(await browser.submit(wrong, { code: `${code.slice(0, 3)} ${code.slice(3)}` }));
  expect(hasSession(browser)).toBe(true);
});

test('a code of the app signs in once: no code, a wrong one and a used one are refused by name', async () => {
  const username = await app.addUser();
  const secret = await setUpApp(username);
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), username);
  expect(titleOf(page)).toBe('Enter the code of your authenticator app');
  const none = await browser.submit(page, { code: '' });
  expect([none.status, problemOf(none)]).toStrictEqual([400, 'Missing required parameter SOFTWARE_TOKEN_MFA_CODE']);
  const wrong = await browser.submit(page, { code: '000000' });
  expect([wrong.status, problemOf(wrong)]).toStrictEqual([400, 'Invalid code received for user']);
  const code = totpOf(secret);
  expectCode(await browser.submit(wrong, { code }));

  const again = openBrowser(emulator.endpoint);
  const replay = await again.submit(await signInAt(again, authorizePath(app), username), { code });
  expect([replay.status, problemOf(replay)]).toStrictEqual([400, 'Your software token has already been used once.']);
  expect(hasSession(again)).toBe(false);
});

test('an answer after 3 minutes begins anew with the password', async () => {
  const username = await app.addUser();
  const secret = await setUpApp(username);
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), username);
  emulator.pass({ minutes: 3 });
  const late = await browser.submit(page, { code: totpOf(secret) });
  expect([late.status, titleOf(late)]).toStrictEqual([400, 'Sign in']);
  expect(problemOf(late)).toBe('Invalid session for the user, session is expired.');
  expect(late.html).toContain(`value="${username}"`);
  expect(hasSession(browser)).toBe(false);
});

test("another user's name in the form is refused", async () => {
  const username = await app.addUser();
  const secret = await setUpApp(username);
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), username);
  const forged = await browser.submit(page, { code: totpOf(secret), username: await app.addUser() });
  expect([forged.status, problemOf(forged)]).toStrictEqual([400, 'Invalid session for the user.']);
  expect(hasSession(browser)).toBe(false);
});

test.each([
  ['an unknown challenge', { challenge: 'CUSTOM_CHALLENGE' }, 403],
  ['no challenge', { challenge: '' }, 403],
])('a form with %s and without its token is refused', async (_name, fields, status) => {
  const browser = openBrowser(emulator.endpoint);
  const path = authorizePath(app).replace('/oauth2/authorize', '/challenge');
  expect((await browser.post(path, fields)).status).toBe(status);
});

test('a code by e-mail is the second factor of who has an address', async () => {
  const username = await app.addUser({ email: EMAIL, email_verified: 'true' });
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), username);
  expect(titleOf(page)).toBe('Enter the code from your e-mail');
  expect(page.html).toContain('It was sent to a***@e***.');
  const wrong = await browser.submit(page, { code: '00000000' });
  expect([wrong.status, problemOf(wrong)]).toStrictEqual([400, 'Invalid code or auth state for the user.']);
  expect(wrong.html).toContain('It was sent to a***@e***.');
  expectCode(await browser.submit(wrong, { code: await codeFor(emulator.dir, EMAIL) }));
});

test('codes by e-mail are set up by an address', async () => {
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), await app.addUser());
  const asked = await browser.submit(page, { email: 'grace@example.com' });
  expect(titleOf(asked)).toBe('Enter the code from your e-mail');
  expectCode(await browser.submit(asked, { code: await codeFor(emulator.dir, 'grace@example.com') }));
});

test('who has both chooses', async () => {
  const username = await app.addUser();
  const secret = await setUpApp(username);
  const user = { UserPoolId: app.UserPoolId, Username: username };
  const UserAttributes = [
    { Name: 'email', Value: 'joan@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ];
  await app.sdk.adminUpdateUserAttributes({ ...user, UserAttributes });
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: false };
  await app.sdk.adminSetUserMFAPreference({ ...user, SoftwareTokenMfaSettings });
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), username);
  expect(titleOf(page)).toBe('Choose a second factor');
  expect(page.html).toContain('value="EMAIL_OTP"');
  const asked = await browser.submit(page, { answer: 'SOFTWARE_TOKEN_MFA' });
  expectCode(await browser.submit(asked, { code: totpOf(secret) }));
});

test('a temporary password is replaced before the second factor, by one that the policy accepts', async () => {
  const user = { UserPoolId: app.UserPoolId, Username: await app.addUser({ email: 'mary@example.com' }) };
  await app.sdk.adminSetUserPassword({ ...user, Password: 'Temp0rary!', Permanent: false });
  const browser = openBrowser(emulator.endpoint);
  const page = await signInAt(browser, authorizePath(app), user.Username, 'Temp0rary!');
  expect(titleOf(page)).toBe('Choose a new password');
  const weak = await browser.submit(page, { new_password: 'short' });
  expect([weak.status, problemOf(weak)]).toStrictEqual([
    400,
    'Password did not conform with policy: Password not long enough',
  ]);
  const next = await browser.submit(weak, { new_password: PASSWORD });
  expect(titleOf(next)).toBe('Enter the code from your e-mail');
  expectCode(await browser.submit(next, { code: await codeFor(emulator.dir, 'mary@example.com') }));
});
