import type { Page } from 'playwright-core';
import { DOCS_CALLBACK_PATH } from '../../../app/platform/docs-page/callback-path.js';
import { startBrowser, type Browser } from '../../harness/browser.js';
import { freePort } from '../../harness/free-port.js';
import { startServer } from '../../harness/server-process.js';
import { PASSWORD, startEmulator, type App, type Emulator } from '../../local/emulator.js';
import { anotherLoginClient, createLoginApp } from '../../local/managed-login/browser.js';

/** An API with its docs page that trusts two pools by COGNITO_POOLS, as a deployed one does, and a browser. */
export interface DocsUnderTest {
  readonly url: string;
  readonly emulator: Emulator;
  /** People sign up, and need an authenticator app. */
  readonly customers: App;
  /** Has a user, `chef`, of the group chefs. */
  readonly staff: App;
  readonly browser: Browser;
  stop(): Promise<void>;
}

export async function startDocs(): Promise<DocsUnderTest> {
  const [emulator, browser, port] = await Promise.all([startEmulator(), startBrowser(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const callback = `${url}${DOCS_CALLBACK_PATH}`;
  const register = async (app: Promise<App>) =>
    anotherLoginClient(await app, {
      CallbackURLs: [callback],
      LogoutURLs: [callback],
      AccessTokenValidity: 5,
      TokenValidityUnits: { AccessToken: 'minutes' },
    });
  const customers = await register(createLoginApp(emulator, { AutoVerifiedAttributes: ['email'] }));
  await emulator.sdk.setUserPoolMfaConfig({
    UserPoolId: customers.UserPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const staff = await register(createLoginApp(emulator));
  const chef = { UserPoolId: staff.UserPoolId, Username: 'chef' };
  await emulator.sdk.adminCreateUser(chef);
  await emulator.sdk.adminSetUserPassword({ ...chef, Password: PASSWORD, Permanent: true });
  await emulator.sdk.createGroup({ UserPoolId: staff.UserPoolId, GroupName: 'chefs' });
  await emulator.sdk.adminAddUserToGroup({ ...chef, GroupName: 'chefs' });

  const trusted = ({ UserPoolId, ClientId }: App) => {
    const issuer = `${emulator.endpoint()}/${UserPoolId}`;
    const jwksUri = `${issuer}/.well-known/jwks.json`;
    const [publicClientId, domainUrl] = [ClientId, emulator.endpoint()];
    return { userPoolId: UserPoolId, clientIds: [ClientId], issuer, jwksUri, publicClientId, domainUrl };
  };
  const COGNITO_POOLS = JSON.stringify({ customers: trusted(customers), staff: trusted(staff) });
  const server = await startServer({ PORT: String(port), COGNITO_POOLS, LOG_LEVEL: 'silent' });
  return {
    url,
    emulator,
    customers,
    staff,
    browser,
    async stop() {
      await browser.close();
      server.kill('SIGTERM');
      await server.exited;
      await emulator.stop();
    },
  };
}

/** Presses the page's button for the pool; resolves to the window that it opens. */
export async function openWindow(page: Page, button: string): Promise<Page> {
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return opened;
}

/** Presses the page's button that signs out of the pool, and waits until the window of it has closed itself. */
export async function signOut(page: Page, button: string): Promise<void> {
  await closed(await openWindow(page, button));
}

/** Waits until the window has closed itself. */
export async function closed(window: Page): Promise<void> {
  if (!window.isClosed()) await window.waitForEvent('close');
}
