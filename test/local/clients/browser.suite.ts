import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasChromium, startBrowser, type Browser } from '../../harness/browser.js';
import { PASSWORD } from '../seed/declaration.js';
import type { Running } from './running.js';
import type { PageServer } from './page-server.js';

const PAGE = 'test/local/clients/scripts/browser-page.js';

/** The page is of another origin than the API and the local Cognito. */
export function awsSdkInBrowser(running: () => Running, pages: () => PageServer) {
  (hasChromium ? describe : describe.skip)('the AWS SDK in a browser', () => {
    let browser: Browser;

    beforeAll(async () => {
      const command = ['node_modules/esbuild/bin/esbuild', PAGE, '--bundle', '--log-level=warning'];
      const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 26 });
      pages().serve(stdout);
      browser = await startBrowser();
    });
    afterAll(() => browser.close());

    test('signs in, sends signed requests and calls the API from a page of another origin', async () => {
      const { apiUrl, cognitoEndpoint: endpoint, pools } = running().profile;
      const { publicClientId: clientId } = running().pool('customers');
      const setup = { endpoint, apiUrl, clientId, username: 'regular', password: PASSWORD };
      await browser.page.goto(pages().origin);
      const found = await browser.page.evaluate(
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
      expect([...browser.origins].sort()).toStrictEqual([apiUrl, endpoint, pages().origin].sort());
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
      expect(browser.errors).toStrictEqual([expect.stringContaining('400')]);
    });
  });
}
