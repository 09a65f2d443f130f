import { writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { Page } from 'playwright-core';
import { totp } from '../../app/local/cognito/mfa/totp.js';
import type { Profile } from '../../app/platform/contract/profile.js';
import { hasChromium, startBrowser, type Browser } from '../harness/browser.js';
import { freePort } from '../harness/free-port.js';
import { scratchDirectory, startServer, type ServerProcess } from '../harness/server-process.js';
import { startLoopbackServer, type LoopbackServer } from '../lambda/loopback-server.js';
import { connect } from '../local/emulator.js';
import { allowPage } from '../local/managed-login/browser.js';
import { changeWayBack, enterCode, fillIn, signUp } from '../local/managed-login/login-pages.js';
import { openWindow } from '../platform/docs-page/docs-under-test.js';
import { readmeFrontEnd } from './readme-front-end.js';

/** Five minutes pass in the server while this file is in its directory. */
const LATER = 'later';
const clock = `import { existsSync } from 'node:fs';
const now = Date.now;
Date.now = () => now() + (existsSync(process.env.LOCAL_DIR + '/${LATER}') ? 300_000 : 0);`;

// A browser and a server, on a machine that may have other work.
jest.setTimeout(60_000);

(hasChromium ? describe : describe.skip)('in Chromium', () => {
  let directory: Awaited<ReturnType<typeof scratchDirectory>>;
  let server: ServerProcess;
  let browser: Browser;
  let frontEnd: LoopbackServer;
  let sdk: CognitoIdentityProvider;
  let profile: Profile;
  let files: Awaited<ReturnType<typeof readmeFrontEnd>>;
  beforeAll(async () => {
    directory = await scratchDirectory();
    frontEnd = await startLoopbackServer(({ url = '' }, response) => {
      const [type, text] = files[url.replace(/\?.*/, '')] ?? ['text/plain', ''];
      response.setHeader('content-type', type).end(text);
    });
    const env = {
      LOCAL_DIR: directory.path,
      PORT: String(await freePort()),
      CORS_ORIGINS: frontEnd.url,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}`,
    };
    [server, browser] = await Promise.all([
      startServer({ ...env, LOG_LEVEL: 'silent' }, { dist: 'dist' }),
      startBrowser(),
    ]);
    profile = JSON.parse(await readFile(join(directory.path, 'profile.json'), 'utf8')) as Profile;
    sdk = connect(profile.cognitoEndpoint);
  });
  afterAll(async () => {
    await browser.close();
    sdk.destroy();
    server.kill('SIGTERM');
    await server.exited;
    await frontEnd.close();
    await directory.remove();
  });

  // With SCREENSHOT=1 it takes the README's picture.
  test('a chef signs in on the docs page and adds the pizza of the example', async () => {
    const { page } = browser;
    await page.goto(`${server.url}/docs`);
    await fillIn(await openWindow(page, 'Sign in (staff)'), 'chef');
    await page.getByText('Signed in: chef, pool staff, group chefs').waitFor();

    const operation = page.locator('#operations-default-postPizzas');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.execute').click();
    const response = operation.locator('.live-responses-table');
    await response.locator('.response-col_status').filter({ hasText: '201' }).first().waitFor();
    expect(await response.locator('.highlight-code').first().textContent()).toContain('"name": "Margherita"');

    if (process.env['SCREENSHOT'] !== '1') return;
    await fillIn(await openWindow(page, 'Sign in (customers)'), 'regular');
    await page.getByLabel('staff: chef').check();
    await page.setViewportSize({ width: 1100, height: 1240 });
    await page.evaluate(`{
      // The token of the curl line is of no use to readers, and the body is short.
      for (const element of document.querySelectorAll('.curl-command, .request-url')) element.remove();
      document.querySelector('.body-param__text').style.height = '120px';
      const { top } = document.querySelector('.opblock.is-open .opblock-description').getBoundingClientRect();
      scrollBy({ top: top - 100, behavior: 'instant' });
    }`);
    await page.screenshot({ path: 'app/api/docs-page.png' });
    await page.context().clearCookies();
  });

  describe('the front end of app/README.md', () => {
    let page: Page;
    let secret: string;
    beforeAll(async () => {
      const { userPoolId: UserPoolId = '', publicClientId: ClientId = '', ...pool } = profile.pools['customers'] ?? {};
      await allowPage(sdk, { UserPoolId, ClientId }, `${frontEnd.url}/`);
      await sdk.updateUserPool({
        UserPoolId,
        AutoVerifiedAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      });
      const SoftwareTokenMfaConfiguration = { Enabled: true };
      await sdk.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration });
      files = await readmeFrontEnd({ apiUrl: server.url, publicClientId: ClientId, ...pool });
      page = await browser.page.context().newPage();
      await page.clock.install();
      await page.goto(frontEnd.url);
      browser.errors.length = 0;
    });

    const press = (name: string) => page.getByRole('button', { name }).click();
    const expectOutput = (text: string) => page.locator('output').getByText(text).waitFor();
    const code = (ahead = 0) => totp(secret, Math.floor(Date.now() / 30_000) + ahead);
    /** Presses Sign in, and changes the address that managed login sends the person back to. */
    async function signInWith(change: (callback: URL) => void) {
      await page.goto(frontEnd.url);
      await changeWayBack(page.context(), change);
      await press('Sign in');
    }

    test('signs up, reads the code in the mailbox, sets up an authenticator app, and lists the orders', async () => {
      await press('My orders');
      await expectOutput('Sign in first.');
      await press('Sign in');
      await signUp(page, profile.cognitoEndpoint, 'ada', 'ada@example.com');
      secret = (await page.locator('code').textContent()) ?? '';
      await enterCode(page, code());
      await expectOutput('Signed in: ada');
      expect(page.url()).toBe(`${frontEnd.url}/`);
      await press('My orders');
      await expectOutput('Your orders: []');
    });

    test('renews a token that has expired', async () => {
      const renewed = page.waitForResponse((response) => response.url().endsWith('/oauth2/token'));
      await page.clock.fastForward('01:00:01');
      expect((await renewed).request().postData()).toContain('grant_type=refresh_token');
      await press('My orders');
      await expectOutput('Your orders: []');
    });

    test('keeps no token in the browser’s storage', async () => {
      expect(await page.evaluate('[Object.keys(localStorage), Object.keys(sessionStorage)]')).toEqual([[], []]);
    });

    test.each([
      [
        'another state',
        ({ searchParams }: URL) => searchParams.set('state', 'x'),
        'No matching state found in storage',
      ],
      [
        'the code of somebody else',
        ({ searchParams }: URL) => searchParams.set('code', '00000000-0000-0000-0000-000000000000'),
        'The code does not exist, or has expired.',
      ],
      [
        'a code that has expired',
        () => writeFileSync(join(directory.path, LATER), ''),
        'The code does not exist, or has expired.',
      ],
    ])('signs nobody in with %s, and says why', async (_name, change, message) => {
      await signInWith(change);
      await expectOutput(message);
      await rm(join(directory.path, LATER), { force: true });
      await press('My orders');
      await expectOutput('Sign in first.');
    });

    test('signs out: the session is gone, and the next sign-in asks for the password and the code', async () => {
      await page.goto(frontEnd.url);
      await press('Sign in');
      await expectOutput('Signed in: ada');
      await press('Sign out');
      await page.waitForURL(`${frontEnd.url}/`);
      await press('Sign in');
      await fillIn(page, 'ada', 'wrong');
      await page.getByRole('alert').getByText('Incorrect username or password.').waitFor();
      await fillIn(page, 'ada');
      await enterCode(page, code(1));
      await expectOutput('Signed in: ada');
    });

    test('at an address that is not declared, gets a page that says so', async () => {
      await page.goto(frontEnd.url.replace('127.0.0.1', 'localhost'));
      await press('Sign in');
      const refusal = page.getByText('redirect_mismatch: the client has no callback address');
      expect(await refusal.textContent()).toContain(`http://localhost:${frontEnd.port}/`);
    });

    test('has no error but the refusals', () => {
      const refusals = /^Failed to load resource: the server responded with a status of (?:400|401)/;
      expect(browser.errors.filter((error) => !refusals.test(error))).toEqual([]);
    });
  });
});
