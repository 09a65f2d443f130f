import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readDocs } from '../../../app/platform/docs-page/page.js';
import { startServer, type ServerProcess } from '../../harness/server-process.js';
import { hasChromium, startBrowser, type Browser } from '../../harness/browser.js';
import { printedPage } from './printed-page.js';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: 'silent' });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
});

describe('what the page is made of', () => {
  test('it runs our own files alone, and calls nobody else', async () => {
    const { headers } = await fetch(`${server.url}/docs`);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|http|\*/);
  });

  test('its title is the name of the product', async () => {
    const html = await (await fetch(`${server.url}/docs`)).text();
    expect(html).toContain('<title>fixture-api</title>');
    expect(html).not.toContain('PAGE_TITLE');
  });

  test('the document is the built one', async () => {
    const response = await fetch(`${server.url}/openapi.json`);
    expect(await response.json()).toMatchObject({ openapi: '3.1.1', paths: { '/items': { post: {} } } });
  });

  test('a build without it says so instead of starting', () => {
    expect(() => readDocs(new URL('file:///nowhere/'), '')).toThrow(/build with DOCS=on, or set DOCS=off/);
  });

  test.each(['page.html', 'openapi.json', '..%2fopenapi.json', 'constructor'])('%s is no asset', async (name) => {
    expect((await fetch(`${server.url}/docs/${name}`)).status).toBe(404);
  });
});

(hasChromium ? describe : describe.skip)('in Chromium, at the address that npm start printed', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
    await browser.page.goto(printedPage(server).address);
  });
  afterAll(() => browser.close());

  async function signIn(pool: string, username: string) {
    const { page } = browser;
    await page.selectOption('[name=pool]', pool);
    await page.fill('[name=username]', username);
    await page.fill('[name=password]', 'Passw0rd!');
    await page.click('#sign-in button');
    await page.getByText(`Signed in: ${username}`).waitFor();
  }

  /** Tries the operation and resolves to the status that the page shows. */
  async function call(operation: string) {
    const block = browser.page.locator(`#operations-default-${operation}`);
    if (!(await block.locator('.execute').isVisible())) await block.locator('.opblock-summary-control').click();
    const shown = block.locator('.live-responses-table .response-col_status');
    const received = browser.page.waitForResponse(
      (response) => response.request().headers()['authorization'] !== undefined,
    );
    await block.locator('.execute').click();
    const status = String((await received).status());
    await shown.filter({ hasText: status }).first().waitFor();
    return status;
  }

  test('the page key is taken out of the address', () => {
    expect(browser.page.url()).toBe(`${server.url}/docs`);
  });

  test('as regular GET / is 200 and POST /items 403; as chef POST /items is 201', async () => {
    await signIn('customers', 'regular');
    expect(await call('get')).toBe('200');
    expect(await call('postItems')).toBe('403');
    await signIn('staff', 'chef');
    expect(await call('postItems')).toBe('201');
  });

  test('a pasted token is checked before it is used', async () => {
    const { page } = browser;
    const paste = async (token: string, said: string) => {
      await page.fill('[name=token]', token);
      await page.click('#paste button');
      await page.getByText(said).waitFor();
    };
    await paste('nonsense', 'The token is not a JWT as Cognito issues it');
    await paste(await printedPage(server).accessToken('customers', 'regular'), 'Signed in: regular');
    expect(await call('get')).toBe('200');
  });

  test('after a reload it still signs in', async () => {
    await browser.page.reload();
    await signIn('customers', 'regular');
    expect(await call('get')).toBe('200');
  });

  test('the page reports no error but the refusals, and calls nobody else', () => {
    const refusals = /^Failed to load resource: the server responded with a status of (?:403|401)/;
    expect(browser.errors.filter((error) => !refusals.test(error))).toEqual([]);
    expect([...browser.origins]).toEqual([server.url]);
  });
});

(hasChromium ? test : test.skip)('in Chromium, without the page key, signing in says what to do', async () => {
  const browser = await startBrowser();
  const { page } = browser;
  await page.goto(`${server.url}/docs`);
  await page.selectOption('[name=pool]', 'customers');
  await page.fill('[name=username]', 'regular');
  await page.fill('[name=password]', 'Passw0rd!');
  await page.click('#sign-in button');
  await page.getByText('use the address that npm start printed').waitFor();
  await browser.close();
});
