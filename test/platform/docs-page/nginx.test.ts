import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hasChromium, startBrowser } from '../../harness/browser.js';
import { startNginx, type Nginx } from '../../harness/nginx.js';
import { startServer, type ServerProcess } from '../../harness/server-process.js';
import { describeWith } from '../../harness/tools.js';
import { printedPage } from './printed-page.js';

const WHY = 'Signing in on this page is for a browser on the machine that runs the API, without a proxy in between';

describeWith('nginx')('through nginx with its default proxy_pass', () => {
  let server: ServerProcess;
  let nginx: Nginx;
  beforeAll(async () => {
    server = await startServer({ LOG_LEVEL: 'silent' });
    nginx = await startNginx(server.url);
  });
  afterAll(async () => {
    await nginx.stop();
    server.kill('SIGTERM');
    await server.exited;
  });

  async function signIn(origin: string, headers: Record<string, string>) {
    const response = await fetch(`${origin}/docs/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ pool: 'customers', username: 'regular', password: 'Passw0rd!' }),
    });
    const body: unknown = await response.json();
    return { status: response.status, body };
  }

  const refused = {
    status: 403,
    body: expect.objectContaining({ code: 'sign_in_not_local', detail: expect.stringContaining(WHY) as unknown }),
  };

  test('the page is served, without the page key', async () => {
    const response = await fetch(`${nginx.url}/docs`);
    expect([response.status, response.headers.get('server')]).toEqual([200, expect.stringMatching(/^nginx/)]);
    expect(await response.text()).not.toContain(printedPage(server).key);
  });

  test('signing in with the right password is refused with the reason', async () => {
    expect(await signIn(nginx.url, {})).toEqual(refused);
  });

  test('and so it is with the page key, which works without nginx', async () => {
    const key = { 'X-Page-Key': printedPage(server).key };
    expect(await signIn(nginx.url, key)).toEqual(refused);
    expect(await signIn(server.url, key)).toMatchObject({ status: 200 });
  });

  (hasChromium ? test : test.skip)('the page in Chromium shows the reason', async () => {
    const browser = await startBrowser();
    const { page } = browser;
    await page.goto(`${nginx.url}/docs#key=${printedPage(server).key}`);
    await page.selectOption('[name=pool]', 'customers');
    await page.fill('[name=username]', 'regular');
    await page.fill('[name=password]', 'Passw0rd!');
    await page.click('#sign-in button');
    await page.getByText(WHY).waitFor();
    await browser.close();
  });
});
