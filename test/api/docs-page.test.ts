import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasChromium, startBrowser, type Browser } from '../harness/browser.js';
import { startServer, type ServerProcess } from '../harness/server-process.js';
import { printedPage } from '../platform/docs-page/printed-page.js';

(hasChromium ? describe : describe.skip)('the docs page in Chromium', () => {
  let server: ServerProcess;
  let browser: Browser;
  beforeAll(async () => {
    server = await startServer({ LOG_LEVEL: 'silent' }, { dist: 'dist' });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.kill('SIGTERM');
    await server.exited;
  });

  // With SCREENSHOT=1 it takes the README's picture.
  test('a chef signs in and adds the pizza of the example', async () => {
    const { page } = browser;
    await page.goto(printedPage(server).address);
    await page.selectOption('[name=pool]', 'staff');
    await page.fill('[name=username]', 'chef');
    await page.fill('[name=password]', 'Passw0rd!');
    await page.click('#sign-in button');
    await page.getByText('Signed in: chef, pool staff, group chefs').waitFor();

    const operation = page.locator('#operations-default-postPizzas');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.execute').click();
    const response = operation.locator('.live-responses-table');
    await response.locator('.response-col_status').filter({ hasText: '201' }).first().waitFor();
    expect(await response.locator('.highlight-code').first().textContent()).toContain('"name": "Margherita"');

    if (process.env['SCREENSHOT'] !== '1') return;
    await page.setViewportSize({ width: 1100, height: 1060 });
    await page.evaluate(`{
      // The token of the curl line is of no use to readers, and the body is short.
      for (const element of document.querySelectorAll('.curl-command, .request-url')) element.remove();
      document.querySelector('.body-param__text').style.height = '120px';
      const { top } = document.querySelector('.opblock.is-open .opblock-description').getBoundingClientRect();
      scrollBy({ top: top - 100, behavior: 'instant' });
    }`);
    await page.screenshot({ path: 'app/api/docs-page.png' });
  }, 60_000);
});
