import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AccessReport } from '../../../app/cli/prove/access-report.js';
import { compareReports } from '../../../app/cli/prove/report/compare.js';
import { pageOf } from '../../../app/cli/prove/report/page.js';
import { writeReportFiles } from '../../../app/cli/prove/report/report-files.js';
import { hasChromium, startBrowser, type Browser } from '../../harness/browser.js';
import { largeReport, report, wronglyAdmitted } from './sample-report.js';

const EVIL =
  '</pre></style></title>"\'><script>document.title="run"</script><img src="http://127.0.0.1:9/" onerror="document.title=1">';

/** A report in which every text is from an attacker. */
function hostileReport(): AccessReport {
  const [cell] = [wronglyAdmitted(EVIL)];
  const exchanges = cell.exchanges.map((exchange) => ({
    ...exchange,
    answer: { status: 200, code: EVIL },
    request: { method: EVIL, path: EVIL, headers: { [EVIL]: EVIL }, body: EVIL },
    response: { headers: { [EVIL]: EVIL }, body: EVIL },
    failure: EVIL,
  }));
  const now = report({
    product: EVIL,
    package: { version: EVIL, sha256: EVIL },
    apiUrl: EVIL,
    callers: [{ name: EVIL, description: EVIL }],
    routes: [{ route: EVIL, allow: EVIL, cells: [{ ...cell, exchanges, note: EVIL }] }],
    findings: [{ code: EVIL, route: EVIL, message: EVIL }],
  });
  return { ...now, changes: compareReports(report(), now) };
}

test('the page has no script, and its policy allows none', () => {
  const page = pageOf(report());
  expect(page).not.toContain('<script');
  expect(page).toMatch(
    /<meta http-equiv="content-security-policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]{43}=&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"/,
  );
});

test('text from outside is escaped', () => {
  const page = pageOf(hostileReport());
  expect(page).toContain('&lt;script&gt;document.title=&quot;run&quot;&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<img|<\/pre><\/style>/);
});

test('characters that reorder text are left out', () => {
  expect(pageOf(report({ product: 'a\u202Eb\u0000c' }))).toContain('<h1>Access to abc 1.2.3</h1>');
});

test('of a long body, the beginning is shown', () => {
  const long = wronglyAdmitted('nobody');
  const exchanges = long.exchanges.map((exchange) => ({
    ...exchange,
    response: { headers: {}, body: 'x'.repeat(5000) },
  }));
  const page = pageOf(
    report({ routes: [{ route: 'GET /items', allow: 'everyone', cells: [{ ...long, exchanges }] }] }),
  );
  expect(page).toContain(`${'x'.repeat(2000)}… and 3000 more characters in access.json`);
  expect(page).not.toContain('x'.repeat(2001));
});

(hasChromium ? describe : describe.skip)('in Chromium', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'page-'));
  let browser: Browser;
  let requests: string[];
  beforeAll(async () => {
    browser = await startBrowser();
    requests = [];
    browser.page.on('request', (request) => requests.push(request.url()));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(scratch, { recursive: true });
  });

  async function open(shown: AccessReport) {
    await writeReportFiles(shown, scratch);
    requests.length = 0;
    browser.errors.length = 0;
    await browser.page.goto(pathToFileURL(join(scratch, 'access.html')).href);
    return browser.page;
  }

  test('a report full of markup runs nothing, loads nothing and shows it as text', async () => {
    const page = await open(hostileReport());
    expect(await page.locator('h1').textContent()).toBe(`Access to ${EVIL} ${EVIL}`);
    expect(await page.title()).toBe(`Access to ${EVIL} ${EVIL}`);
    await page.locator('td button').click();
    expect(await page.locator('[popover]:popover-open pre').first().textContent()).toBe(
      `${EVIL} ${EVIL}\n${EVIL}: ${EVIL}\n\n${EVIL}`,
    );
    expect(requests).toEqual([page.url()]);
    expect(browser.errors).toEqual([]);
  });

  describe('100 routes x 20 callers', () => {
    beforeAll(async () => {
      await open(largeReport(100, 20));
    });

    test('a cell opens the exchanges of its route and caller, and Escape closes them', async () => {
      const { page } = browser;
      const route = 'GET /resources/{resourceId}/items-of-it/7';
      await page
        .locator(`button[aria-label="${route} as customers in group 3, other client: ✗ 401/200, wrong"]`)
        .click();
      const shown = page.locator('[popover]:popover-open');
      expect(await shown.getByRole('heading').allTextContents()).toEqual([
        `${route} as customers in group 3, other client`,
        "At the gateway: 401 token_missing; the function didn't run",
        'At the app alone: 200; the function ran',
      ]);
      await page.keyboard.press('Escape');
      await shown.waitFor({ state: 'hidden' });
    });

    test('what is wrong is listed first, and opens the same exchanges', async () => {
      const { page } = browser;
      expect(await page.locator('.verdict').first().textContent()).toBe(
        '✗ 2 wrong answers in the matrix, 1 finding beside it',
      );
      await page.locator('li button').last().click();
      await page.locator('[popover]:popover-open').getByText('items-of-it/70 as customers').waitFor();
      await page.keyboard.press('Escape');
    });

    test('the filter leaves the routes with a wrong answer or a finding', async () => {
      const { page } = browser;
      const shown = () =>
        page.evaluate<string[]>(
          `Array.from(document.querySelectorAll('tbody tr'), (row) => row.checkVisibility() ? row.querySelector('.route').textContent : []).flat()`,
        );
      expect(await shown()).toHaveLength(100);
      expect(await page.locator('label').textContent()).toBe('Only routes with something wrong');
      await page.locator('label').click();
      expect(await shown()).toEqual([7, 12, 70].map((row) => `GET /resources/{resourceId}/items-of-it/${row}`));
      await page.locator('label').click();
    });

    test.each([
      ['phone', 390],
      ['desktop', 1280],
    ])('on a %s the heads stay in sight, the page does not scroll sideways', async (_device, width) => {
      const { page } = browser;
      await page.setViewportSize({ width, height: 800 });
      const seen = await page.evaluate(`(() => {
        const matrix = document.querySelector('.matrix');
        matrix.scrollTo(10_000, 10_000);
        const { left, top } = matrix.getBoundingClientRect();
        const last = matrix.querySelector('tbody tr:last-child th').getBoundingClientRect();
        const head = matrix.querySelector('thead th:last-child').getBoundingClientRect();
        return [Math.round(last.left - left), Math.round(head.top - top), document.documentElement.scrollWidth];
      })()`);
      expect(seen).toEqual([1, 1, width]);
    });

    test('nothing but the file is loaded, without an error', () => {
      expect(requests).toEqual([browser.page.url()]);
      expect(browser.errors).toEqual([]);
    });
  });
});
