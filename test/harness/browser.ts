import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

function onPath(name: string) {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const chromiumPath = onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome');

/** With REQUIRE_CLOUD=1 it must be there. */
export const hasChromium = process.env['REQUIRE_CLOUD'] === '1' || chromiumPath !== undefined;

export interface Browser {
  page: Page;
  /** Errors and warnings of the page, and of windows that it opens. */
  errors: string[];
  /** Origins that they called. */
  origins: Set<string>;
  close(): Promise<void>;
}

/** Headless Chromium that knows no host but this machine; with `trustsAll`, its local certificates are trusted as well. */
export async function startBrowser({ trustsAll = false } = {}): Promise<Browser> {
  const browser = await chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
  });
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ignoreHTTPSErrors: trustsAll });
  // Below Jest's own, so that a failure says what was waited for.
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const errors: string[] = [];
  const origins = new Set<string>();
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
  });
  return { page, errors, origins, close: () => browser.close() };
}
