import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { readDocs } from '../../../app/platform/docs-page/handlers.js';
import { startServer, type ServerProcess } from '../../harness/server-process.js';
import { hasChromium, startBrowser, type Browser } from '../../harness/browser.js';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: 'silent' });
});
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exited;
});

describe('what the page is made of', () => {
  test('it runs nothing but our own files, and asks nobody else', async () => {
    const { headers } = await fetch(`${server.url}/docs`);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|http|\*/);
  });

  test('the document is the built one', async () => {
    const answer = await fetch(`${server.url}/openapi.json`);
    expect(await answer.json()).toMatchObject({ openapi: '3.1.1', paths: { '/pizzas': { post: {} } } });
  });

  test('a build without it says so instead of starting', () => {
    expect(() => readDocs(new URL('file:///nowhere/'))).toThrow(/build with DOCS=on, or set DOCS=off/);
  });

  test.each(['page.html', 'openapi.json', '..%2fopenapi.json', 'constructor'])('%s is no asset', async (name) => {
    expect((await fetch(`${server.url}/docs/${name}`)).status).toBe(404);
  });
});

async function signInAs(body: object) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${server.url}/docs/sign-in`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

describe('signing in for the page', () => {
  const regular = { pool: 'customers', username: 'regular', password: 'Passw0rd!' };

  test('gives a token, and no secret', async () => {
    const { status, body } = await signInAs(regular);
    expect([status, Object.keys(body)]).toEqual([200, ['accessToken']]);
  });

  test.each([
    ['a wrong password', { ...regular, password: 'x' }, 'sign_in_failed'],
    ['an unknown pool', { ...regular, pool: 'constructor' }, 'sign_in_failed'],
    ['no password', { pool: 'customers', username: 'regular' }, 'body_invalid'],
  ])('%s is 422', async (_what, body, code) => {
    expect(await signInAs(body)).toMatchObject({ status: 422, body: { code } });
  });

  test('is not there where the stand-ins are not, nor the docs where they are turned off', async () => {
    const pools = { customers: { userPoolId: 'eu-west-1_AbCdEfGhI', clientIds: ['x'] } };
    const other = await startServer({ COGNITO_POOLS: JSON.stringify(pools), DOCS: 'off', LOG_LEVEL: 'silent' });
    const ask = async (path: string, method = 'GET') => (await fetch(`${other.url}${path}`, { method })).status;
    const statuses = [await ask('/docs'), await ask('/openapi.json'), await ask('/docs/sign-in', 'POST')];
    other.kill('SIGTERM');
    await other.exited;
    expect(statuses).toEqual([404, 404, 404]);
  });
});

/** The picture of the README: the call of the chef, without the token that the page shows there. */
async function takePicture(page: Page, path: string) {
  await page.setViewportSize({ width: 1100, height: 1060 });
  await page.evaluate(`
    for (const part of document.querySelectorAll('.curl-command, .request-url')) part.remove();
    for (const area of document.querySelectorAll('textarea')) area.style.minHeight = area.style.height = '120px';
    window.scrollTo(0, document.querySelector('#operations-default-getPizzas').offsetTop + 20);
  `);
  await page.screenshot({ path });
}

(hasChromium ? describe : describe.skip)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
    await browser.page.goto(`${server.url}/docs`);
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
    const answered = browser.page.waitForResponse(
      (answer) => answer.request().headers()['authorization'] !== undefined,
    );
    await block.locator('.execute').click();
    const status = String((await answered).status());
    await shown.filter({ hasText: status }).first().waitFor();
    return status;
  }

  test('as regular GET / is 200 and POST /pizzas 403; as chef POST /pizzas is 201', async () => {
    await signIn('customers', 'regular');
    expect(await call('get')).toBe('200');
    expect(await call('postPizzas')).toBe('403');
    await signIn('staff', 'chef');
    expect(await call('postPizzas')).toBe('201');
    if (process.env['SCREENSHOT']) await takePicture(browser.page, process.env['SCREENSHOT']);
  });

  test('a pasted token is looked at before it is used', async () => {
    const { page } = browser;
    const paste = async (token: string, said: string) => {
      await page.fill('[name=token]', token);
      await page.click('#paste button');
      await page.getByText(said).waitFor();
    };
    await paste('nonsense', 'The token is not a well-formed JWT');
    const { body } = await signInAs({ pool: 'customers', username: 'regular', password: 'Passw0rd!' });
    await paste(String(body['accessToken']), 'Signed in: regular');
    expect(await call('get')).toBe('200');
  });

  test('nothing went wrong but the refusals, and nothing was asked of anybody else', () => {
    const refusals = /^Failed to load resource: the server responded with a status of (?:403|401)/;
    expect(browser.errors.filter((error) => !refusals.test(error))).toEqual([]);
    expect([...browser.origins]).toEqual([server.url]);
  });
});
