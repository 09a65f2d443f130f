import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { hasChromium } from '../../harness/browser.js';
import { totp } from '../../../app/local/cognito/mfa/totp.js';
import { askForTokens, newCode } from '../../local/managed-login/browser.js';
import { changeWayBack, enterCode, fillIn, signUp } from '../../local/managed-login/login-pages.js';
import { closed, openWindow, signOut, startDocs, type DocsUnderTest } from './docs-under-test.js';

// A browser and a server, on a machine that may have other work.
jest.setTimeout(60_000);

(hasChromium ? describe : describe.skip)('the docs page of an API that trusts two pools', () => {
  let docs: DocsUnderTest;
  let secret: string;
  let refreshToken: string;
  beforeAll(async () => {
    docs = await startDocs();
    await docs.browser.page.clock.install();
    await docs.browser.page.goto(`${docs.url}/docs`);
  });
  afterAll(() => docs.stop());

  const expectOutput = (text: string) => docs.browser.page.locator('output').getByText(text).waitFor();
  const code = (ahead = 0) => totp(secret, Math.floor(docs.emulator.now() / 30_000) + ahead);

  /** Tries the operation and resolves to the status that the page shows. */
  async function call(operation: string) {
    const block = docs.browser.page.locator(`#operations-default-${operation}`);
    if (!(await block.locator('.execute').isVisible())) await block.locator('.opblock-summary-control').click();
    const received = docs.browser.page.waitForResponse(
      (response) => response.request().headers()['authorization'] !== undefined,
    );
    await block.locator('.execute').click();
    const status = String((await received).status());
    const shown = block.locator('.live-responses-table .response-col_status');
    await shown.filter({ hasText: status }).first().waitFor();
    return status;
  }

  test('signs up, reads the code in the mailbox, confirms, sets up an authenticator app, and is signed in', async () => {
    const { page } = docs.browser;
    const login = await openWindow(page, 'Sign in (customers)');
    await signUp(login, docs.emulator.endpoint(), 'ada', 'ada@example.com');
    secret = (await login.locator('code').textContent()) ?? '';
    const exchanged = page.waitForResponse((response) => response.url().endsWith('/oauth2/token'));
    await enterCode(login, code());
    refreshToken = ((await (await exchanged).json()) as { refresh_token: string }).refresh_token;
    await expectOutput('Signed in: ada, pool customers');
    expect(await call('get')).toBe('200');
    expect(await call('postItems')).toBe('403');
  });

  test('keeps people of several pools signed in side by side, and calls as the one that is chosen', async () => {
    const { page } = docs.browser;
    await fillIn(await openWindow(page, 'Sign in (staff)'), 'chef');
    await expectOutput('Signed in: chef, pool staff, group chefs');
    expect(await call('postItems')).toBe('201');
    await page.getByLabel('customers: ada').check();
    await expectOutput('Signed in: ada, pool customers');
    expect(await call('postItems')).toBe('403');
  });

  test('keeps nothing in the browser’s storage, and leaves no window open and no code in an address', async () => {
    const { page } = docs.browser;
    const stored = await page.evaluate('[Object.entries(localStorage), Object.entries(sessionStorage)]');
    expect(stored).toEqual([[], []]);
    expect(page.context().pages()).toEqual([page]);
    expect(new URL(page.url()).search).toBe('');
  });

  test('renews a token that has expired before it calls, also after the machine slept', async () => {
    const { page } = docs.browser;
    // As the API sees it, this person's token has expired when it is issued.
    docs.emulator.pass({ minutes: -10 });
    await signOut(page, 'Sign out (staff)');
    await fillIn(await openWindow(page, 'Sign in (staff)'), 'chef');
    await expectOutput('Signed in: chef');
    expect(await call('postItems')).toBe('401');
    docs.emulator.pass({ minutes: 10 });
    await page.clock.fastForward('05:01');
    expect(await call('postItems')).toBe('201');
  });

  test('says that a session is over when the pool no longer renews it', async () => {
    await docs.emulator.sdk.adminUserGlobalSignOut({ UserPoolId: docs.staff.UserPoolId, Username: 'chef' });
    await docs.browser.page.clock.fastForward('05:01');
    await expectOutput('Signed out of staff: Refresh Token has been revoked');
  });

  test('signs out: the session at the domain is gone, and the refresh token', async () => {
    const { page } = docs.browser;
    await page.getByLabel('customers: ada').check();
    await signOut(page, 'Sign out (customers)');
    await expectOutput('Nobody is signed in.');
    const { ClientId: client_id } = docs.customers;
    const renewal = { grant_type: 'refresh_token', client_id, refresh_token: refreshToken };
    expect(await askForTokens(docs.emulator, renewal)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });

    const login = await openWindow(page, 'Sign in (customers)');
    await fillIn(login, 'ada', 'wrong');
    await login.getByRole('alert').getByText('Incorrect username or password.').waitFor();
    await fillIn(login, 'ada');
    await enterCode(login, code(1));
    await expectOutput('Signed in: ada, pool customers');
  });

  test('after a reload nobody is signed in, until the session at the domain signs the person in again', async () => {
    const { page } = docs.browser;
    await page.reload();
    await expectOutput('Nobody is signed in.');
    await openWindow(page, 'Sign in (customers)');
    await expectOutput('Signed in: ada, pool customers');
  });

  describe('says what is wrong, and has no token, when the sign-in comes back with', () => {
    beforeAll(() => docs.browser.page.reload());

    /** Signs in while the way back is changed. */
    async function expectRefusal(change: (callback: URL) => void, message: string) {
      const { page } = docs.browser;
      await changeWayBack(page.context(), change);
      const login = await openWindow(page, 'Sign in (customers)');
      await expectOutput(`Signing in to customers failed: ${message}`);
      // A request can't be changed while a window is about to close: Chromium then says that the page is gone.
      await closed(login);
      expect(await page.getByLabel('customers').first().isDisabled()).toBe(true);
    }

    test('another state', () =>
      expectRefusal(({ searchParams }) => searchParams.set('state', 'x'), 'No matching state found in storage'));

    test('a code of the other pool (mix-up)', async () => {
      const redirect_uri = `${docs.url}/docs/callback`;
      const { code } = await newCode(docs.emulator, docs.staff, 'chef', { redirect_uri });
      await expectRefusal(
        ({ searchParams }) => searchParams.set('code', code),
        'The code does not exist, or has expired.',
      );
    });

    test('a code that has expired', () =>
      expectRefusal(() => docs.emulator.pass({ minutes: 5 }), 'The code does not exist, or has expired.'));

    test('an error', () =>
      expectRefusal(({ searchParams }) => {
        searchParams.delete('code');
        searchParams.set('error', 'server_error');
        searchParams.set('error_description', 'Try again later.');
      }, 'Try again later.'));
  });

  test('a pasted token is tried before it is used', async () => {
    const { page } = docs.browser;
    await page.fill('[name=token]', 'nonsense');
    await page.getByRole('button', { name: 'Use' }).click();
    await expectOutput('Using the token failed: The token is not a JWT as Cognito issues it');
  });

  test('calls the API and the domain alone, and reports no error but the refusals', () => {
    expect([...docs.browser.origins].sort()).toEqual([docs.url, docs.emulator.endpoint()].sort());
    const refusals = /^Failed to load resource: the server responded with a status of (?:400|401|403)/;
    expect(docs.browser.errors.filter((error) => !refusals.test(error))).toEqual([]);
  });

  test('the address of the way back, opened by itself, signs nobody in and says what to do', async () => {
    const page = await docs.browser.page.context().newPage();
    await page.goto(`${docs.url}/docs/callback?code=1&state=2`);
    await page.getByText('begin again from the docs').waitFor();
    expect(page.url()).toBe(`${docs.url}/docs/callback`);
    await page.close();
  });
});
