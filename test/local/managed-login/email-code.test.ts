import { describe, expect, test } from '@jest/globals';
import { beforeTests, claimsOf, PASSWORD, useEmulator } from '../emulator.js';
import { codeFor, messagesIn } from '../outbox/outbox.js';
import { expectCode, saidIn, titleOf } from './answers.js';
import {
  anotherLoginClient,
  askForTokens,
  authorizePath,
  createLoginApp,
  exchangeOf,
  openBrowser,
  pkce,
} from './browser.js';

const SignInPolicy = { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] };
const choosing = { ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const] };
const AutoVerifiedAttributes: 'email'[] = ['email'];

const emulator = useEmulator();
const pool = beforeTests(() => createLoginApp(emulator, { Policies: { SignInPolicy }, AutoVerifiedAttributes }));
const app = beforeTests(() => anotherLoginClient(pool, choosing));
const passwordsOnly = beforeTests(async () => anotherLoginClient(await createLoginApp(emulator), choosing));

const pathOf = (name: string, client = app) => authorizePath(client).replace('/oauth2/authorize', name);
const choice = { choice: 'EMAIL_OTP', password: '' };

let people = 0;
async function userWithEmail() {
  people += 1;
  const email = `person${people}@example.com`;
  return { email, username: await app.addUser({ email, email_verified: 'true' }) };
}

describe('where pool and client permit it, a person', () => {
  test('signs in with a code by e-mail instead of the password; a wrong code first says so', async () => {
    const { username, email } = await userWithEmail();
    const browser = openBrowser(emulator.endpoint);
    const { verifier, challenge } = pkce();
    const path = authorizePath(app, { code_challenge: challenge, code_challenge_method: 'S256' });
    const login = await browser.get(path.replace('/oauth2/authorize', '/login'));
    expect(login.html).toContain('Send me a code by e-mail instead');
    const asked = await browser.submit(login, { username, ...choice });
    expect([asked.status, titleOf(asked)]).toStrictEqual([200, 'Enter the code from your e-mail']);
    expect(asked.html).toContain('It was sent to p***@e***.');
    const wrong = await browser.submit(asked, { code: '00000000' });
    expect([wrong.status, saidIn(wrong)]).toStrictEqual([400, 'Invalid code or auth state for the user.']);
    const back = await browser.submit(wrong, { code: await codeFor(emulator.dir, email) });
    expectCode(back);
    const code = back.location.searchParams.get('code') ?? '';
    const { status, body } = await askForTokens(emulator, exchangeOf(app, { code, verifier }));
    expect([status, claimsOf(body['id_token'])['email']]).toStrictEqual([200, email]);
  });

  test('may as well sign in with the password', async () => {
    const { username } = await userWithEmail();
    const browser = openBrowser(emulator.endpoint);
    expectCode(await browser.submit(await browser.get(pathOf('/login')), { username, password: PASSWORD }));
  });

  test('gets no further with a code that is used, or three minutes old', async () => {
    const { username, email } = await userWithEmail();
    const browser = openBrowser(emulator.endpoint);
    const asked = await browser.submit(await browser.get(pathOf('/login')), { username, ...choice });
    const code = await codeFor(emulator.dir, email);
    expectCode(await browser.submit(asked, { code }));
    const used = await browser.submit(asked, { code });
    expect([used.status, titleOf(used), saidIn(used)]).toStrictEqual([400, 'Sign in', 'Invalid session for the user.']);
    const again = await browser.submit(await browser.get(pathOf('/login')), { username, ...choice });
    emulator.pass({ minutes: 3 });
    const late = await browser.submit(again, { code: await codeFor(emulator.dir, email) });
    expect([late.status, titleOf(late)]).toStrictEqual([400, 'Sign in']);
    expect(saidIn(late)).toBe('Invalid session for the user, session is expired.');
  });

  test('signs up without a password, is signed in once the address is confirmed, and by codes from then on', async () => {
    const username = 'grace';
    const email = 'grace@example.com';
    const browser = openBrowser(emulator.endpoint);
    const form = await browser.get(pathOf('/signup'));
    const asked = await browser.submit(form, { username, password: '', 'attribute.email': email });
    expect(titleOf(asked)).toBe('Confirm your account');
    expectCode(await browser.submit(asked, { code: await codeFor(emulator.dir, email) }));
    const other = openBrowser(emulator.endpoint);
    const login = await other.submit(await other.get(pathOf('/login')), { username, ...choice });
    expectCode(await other.submit(login, { code: await codeFor(emulator.dir, email) }));
  });
});

describe('no code is sent', () => {
  const unconfirmed = async () => {
    const browser = openBrowser(emulator.endpoint);
    const fields = { username: 'late', password: PASSWORD, 'attribute.email': 'late@example.com' };
    await browser.submit(await browser.get(pathOf('/signup')), fields);
    return 'late';
  };

  test.each([
    ['who has no address', () => app.addUser(), 'No code can be sent: sign in with your password.'],
    [
      'whose address is not verified',
      () => app.addUser({ email: 'x@example.com' }),
      'No code can be sent: sign in with your password.',
    ],
    ['who has not confirmed the sign-up', unconfirmed, 'No code can be sent: sign in with your password.'],
    ['whom nobody knows', async () => 'nobody', 'No code can be sent: sign in with your password.'],
    ['who gives no name', async () => '', 'Enter your user name.'],
  ])('to one %s', async (_name, nameOf, problem) => {
    const username = await nameOf();
    const before = (await messagesIn(emulator.dir)).length;
    const browser = openBrowser(emulator.endpoint);
    const refused = await browser.submit(await browser.get(pathOf('/login')), { username, ...choice });
    expect([refused.status, titleOf(refused), saidIn(refused)]).toStrictEqual([400, 'Sign in', problem]);
    expect(refused.html).toContain(`value="${username}"`);
    expect(await messagesIn(emulator.dir)).toHaveLength(before);
  });

  test.each([
    ['the pool', () => passwordsOnly],
    ['the client', () => pool],
  ])(
    'where %s does not permit it: nothing offers it, and a form that asks for it is taken for one without a password',
    async (_name, appOf) => {
      const client = appOf();
      const username = await client.addUser({ email: 'y@example.com', email_verified: 'true' });
      const browser = openBrowser(emulator.endpoint);
      const login = await browser.get(pathOf('/login', client));
      expect(login.html).not.toContain('by e-mail');
      expect((await browser.get(pathOf('/signup', client))).html).not.toContain('or none');
      const refused = await browser.submit(login, { username, ...choice });
      expect([refused.status, saidIn(refused)]).toStrictEqual([400, 'Enter your user name and your password.']);
    },
  );
});
