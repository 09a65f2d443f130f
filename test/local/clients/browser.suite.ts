import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasChromium, startBrowser, type Browser } from '../../harness/browser.js';
import { fillIn } from '../managed-login/login-pages.js';
import { PASSWORD } from '../seed/declaration.js';
import type { Running } from './running.js';
import type { PageServer } from './page-server.js';

/** A page, which is of another origin than the API and the local Cognito, bundled. */
async function bundle(script: string) {
  const command = ['node_modules/esbuild/bin/esbuild', `test/local/clients/scripts/${script}.js`, '--bundle'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 26 });
  return stdout;
}

/** What runs in a browser, which all of it shares. */
export function inBrowser(running: () => Running, pages: () => PageServer) {
  (hasChromium ? describe : describe.skip)('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startBrowser({ trustsAll: true });
    });
    afterAll(() => browser.close());

    awsSdk(running, pages, () => browser);
    amplifyRedirect(running, pages, () => browser);
  });
}

function awsSdk(running: () => Running, pages: () => PageServer, browser: () => Browser) {
  describe('the AWS SDK', () => {
    beforeAll(async () => pages().serve(await bundle('browser-page')));

    test('signs in, sends signed requests and calls the API from a page of another origin', async () => {
      const { apiUrl, cognitoEndpoint: endpoint, pools } = running().profile;
      const { publicClientId: clientId } = running().pool('customers');
      const setup = { endpoint, apiUrl, clientId, username: 'regular', password: PASSWORD };
      await browser().page.goto(pages().origin);
      const found = await browser().page.evaluate(
        (given) => (globalThis as unknown as { trySdk(setup: object): Promise<unknown> }).trySdk(given),
        setup,
      );
      expect(found).toStrictEqual({
        username: 'regular',
        pools: Object.values(pools)
          .map(({ userPoolId }) => userPoolId)
          .sort(),
        wrongPassword: 'NotAuthorizedException',
        api: [200, 200],
      });
      expect([...browser().origins].sort()).toStrictEqual([apiUrl, endpoint, pages().origin].sort());
    });

    test('asks both for permission first', () => {
      const preflights = running()
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{') && line.includes('"status":204'))
        .map((line) => (JSON.parse(line) as { msg: string }).msg);
      expect(new Set(preflights)).toStrictEqual(new Set(['cognito', 'request']));
    });

    test('has no other error than that of the wrong password', () => {
      expect(browser().errors).toStrictEqual([expect.stringContaining('400')]);
    });
  });
}

function amplifyRedirect(running: () => Running, pages: () => PageServer, browser: () => Browser) {
  describe('signInWithRedirect of aws-amplify, over TLS', () => {
    const domain = () => new URL(running().profile.cognitoEndpoint).host;
    const press = (name: string) => browser().page.getByRole('button', { name }).click();
    const expectOutput = (text: string) => browser().page.locator('output').getByText(text).waitFor();

    beforeAll(async () => {
      const { userPoolId, publicClientId } = running().pool('staff');
      const setup = { userPoolId, publicClientId, domain: domain(), apiUrl: running().profile.apiUrl };
      await running().allowPage('staff', `${pages().origin}/`);
      pages().serve(`globalThis.setup = ${JSON.stringify(setup)};\n${await bundle('amplify-redirect-page')}`);
      await browser().page.goto(pages().origin);
    });

    test('signs in, renews and calls', async () => {
      await press('Sign in');
      await browser().page.waitForURL(`https://${domain()}/login?*`);
      await fillIn(browser().page, 'chef');
      await expectOutput('Signed in: chef, 200 200');
    });

    test('signs out at the domain, and asks for the password again', async () => {
      await press('Sign out');
      await browser().page.waitForURL(`${pages().origin}/`);
      await press('Sign in');
      await browser().page.waitForURL(`https://${domain()}/login?*`);
      expect(new URL(browser().page.url()).searchParams.get('redirect_uri')).toBe(`${pages().origin}/`);
    });

    test('refuses a way back with another state', async () => {
      await browser().page.goto(`${pages().origin}/?code=1&state=x`);
      await expectOutput('Refused:');
    });
  });
}
