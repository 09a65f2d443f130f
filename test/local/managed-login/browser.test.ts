import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasChromium, startBrowser, type Browser } from '../../harness/browser.js';
import { totp } from '../../../app/local/cognito/mfa/totp.js';
import { claimsOf, startEmulator, type App, type Emulator } from '../emulator.js';
import { codeFor } from '../outbox/outbox.js';
import { anotherLoginClient, askForTokens, authorizePath, createLoginApp, exchangeOf, pkce } from './browser.js';

const EMAIL = 'ada@example.com';
const password = 'Passw0rd!';

(hasChromium ? describe : describe.skip)('in Chromium', () => {
  let emulator: Emulator;
  let app: App;
  let callback: string;
  let server: Server;
  let browser: Browser;
  let referrers: (string | undefined)[];

  beforeAll(async () => {
    emulator = await startEmulator();
    referrers = [];
    server = createServer(({ headers }, response) => {
      referrers.push(headers.referer);
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>The application</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
    const pool = await createLoginApp(emulator, { AutoVerifiedAttributes: ['email'] });
    app = await anotherLoginClient(pool, { CallbackURLs: [callback], LogoutURLs: [callback] });
    await app.sdk.setUserPoolMfaConfig({
      UserPoolId: app.UserPoolId,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    await emulator.stop();
  });

  test('a person signs up, confirms, sets up an app, gets tokens, and signs out; no error, no referrer', async () => {
    const { page } = browser;
    const { verifier, challenge } = pkce();
    const request = { redirect_uri: callback, code_challenge: challenge, code_challenge_method: 'S256' };
    const path = authorizePath(app, request);
    await page.goto(`${emulator.endpoint()}${path}`);
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('User name').fill('ada');
    await page.getByLabel('email').fill(EMAIL);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('status').waitFor();
    await page.getByLabel('Code').fill(await codeFor(emulator.dir, EMAIL));
    await page.getByRole('button', { name: 'Confirm' }).click();

    expect((await page.locator('svg').boundingBox())?.width).toBeGreaterThan(150);
    const secret = (await page.locator('code').textContent()) ?? '';
    await page.getByLabel('Code').fill(totp(secret, Math.floor(emulator.now() / 30_000)));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${callback}**`);

    const back = new URL(page.url());
    expect(back.searchParams.get('state')).toBe('st&te=1');
    const code = back.searchParams.get('code') ?? '';
    const form = { ...exchangeOf(app, { code, verifier }), redirect_uri: callback };
    const { status, body } = await askForTokens(emulator, form);
    expect([status, claimsOf(body['id_token'])['email']]).toStrictEqual([200, EMAIL]);

    await page.goto(`${emulator.endpoint()}${path}`);
    expect(page.url()).toMatch(/\/callback\?code=/u);
    const out = new URLSearchParams({ client_id: app.ClientId, logout_uri: callback });
    await page.goto(`${emulator.endpoint()}/logout?${out.toString()}`);
    expect(page.url()).toBe(callback);
    await page.goto(`${emulator.endpoint()}${path}`);
    expect(new URL(page.url()).pathname).toBe('/login');
    expect(browser.errors).toStrictEqual([]);
    expect(referrers.filter((referrer) => referrer?.startsWith(emulator.endpoint()))).toStrictEqual([]);
  });

  test('the page can not be framed', async () => {
    const { page } = browser;
    const address = `${emulator.endpoint()}${authorizePath(app, { redirect_uri: callback })}`;
    await page.goto(callback);
    const before = browser.errors.length;
    await page.setContent(`<iframe src="${address.replaceAll('&', '&amp;')}"></iframe>`);
    expect(browser.errors.slice(before).join('\n')).toMatch(/frame-ancestors|X-Frame-Options/u);
  });
});
