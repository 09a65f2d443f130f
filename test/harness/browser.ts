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
  /** Errors and warnings of the page. */
  errors: string[];
  /** Origins that the page called. */
  origins: Set<string>;
  close(): Promise<void>;
}

/** Headless Chromium that knows no host but this machine. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const errors: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
  });
  return { page, errors, origins, close: () => browser.close() };
}
