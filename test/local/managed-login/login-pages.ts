import type { BrowserContext, Page } from 'playwright-core';
import { PASSWORD } from '../emulator.js';

/** Fills in the sign-in page. */
export async function fillIn(login: Page, username: string, password = PASSWORD): Promise<void> {
  await login.locator('[name=username]').fill(username);
  await login.locator('[name=password]').fill(password);
  await login.getByRole('button', { name: 'Sign in' }).click();
}

/** From the sign-in page: creates an account, reads the code on the mailbox page, and confirms. */
export async function signUp(login: Page, endpoint: string, username: string, email: string): Promise<void> {
  await login.getByRole('link', { name: 'Create an account' }).click();
  await login.getByLabel('User name').fill(username);
  await login.getByLabel('email').fill(email);
  await login.getByLabel('Password').fill(PASSWORD);
  await login.getByRole('button', { name: 'Create account' }).click();
  await login.getByRole('status').waitFor();
  const mailbox = await login.context().newPage();
  await mailbox.goto(`${endpoint}/outbox`);
  const code = await mailbox.getByRole('row').filter({ hasText: email }).locator('code').textContent();
  await mailbox.close();
  await login.getByLabel('Code').fill(code ?? '');
  await login.getByRole('button', { name: 'Confirm' }).click();
}

/** Answers a page that asks for a code. */
export async function enterCode(login: Page, code: string): Promise<void> {
  await login.getByLabel('Code').fill(code);
  await login.getByRole('button', { name: 'Continue' }).click();
}

/** Changes the address that the next authorization request of who is signed in already is answered with. */
export const changeWayBack = (context: BrowserContext, change: (callback: URL) => void) =>
  context.route(
    '**/oauth2/authorize?*',
    async (route) => {
      const response = await route.fetch({ maxRedirects: 0 });
      const location = new URL(response.headers()['location'] ?? '');
      change(location);
      await route.fulfill({ status: 303, headers: { location: location.href } });
    },
    { times: 1 },
  );
