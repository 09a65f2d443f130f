import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Profile } from '../../../app/platform/contract/profile.js';
import { hasChromium, startBrowser } from '../../harness/browser.js';
import { startNginx, type Nginx } from '../../harness/nginx.js';
import { scratchDirectory, startServer, type ServerProcess } from '../../harness/server-process.js';
import { describeWith } from '../../harness/tools.js';
import { openWindow } from './docs-under-test.js';

// As a developer puts nginx in front of npm start, and with it strangers.
describeWith('nginx')('through nginx with its default proxy_pass', () => {
  let directory: Awaited<ReturnType<typeof scratchDirectory>>;
  let server: ServerProcess;
  let profile: Profile;
  let api: Nginx;
  let cognito: Nginx;
  beforeAll(async () => {
    directory = await scratchDirectory();
    server = await startServer({ LOCAL_DIR: directory.path, LOG_LEVEL: 'silent' });
    profile = JSON.parse(await readFile(join(directory.path, 'profile.json'), 'utf8')) as Profile;
    [api, cognito] = await Promise.all([startNginx(server.url), startNginx(profile.cognitoEndpoint)]);
  });
  afterAll(async () => {
    await Promise.all([api.stop(), cognito.stop()]);
    server.kill('SIGTERM');
    await server.exited;
    await directory.remove();
  });

  const ClientId = () => profile.pools['customers']?.publicClientId ?? '';

  (hasChromium ? test : test.skip)('the page is served, and signing in says why it is refused', async () => {
    const browser = await startBrowser();
    try {
      await browser.page.goto(`${api.url}/docs`);
      const login = await openWindow(browser.page, 'Sign in (customers)');
      await login.getByText(`the client has no callback address ${api.url}/docs/callback`).waitFor();
    } finally {
      await browser.close();
    }
  });

  test.each([
    ['the sign-in page', () => fetch(`${cognito.url}/login?client_id=${ClientId()}&response_type=code`)],
    [
      'the right password',
      () =>
        fetch(cognito.url, {
          method: 'POST',
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
          },
          body: JSON.stringify({
            ClientId: ClientId(),
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: 'regular', PASSWORD: 'Passw0rd!' },
          }),
        }),
    ],
  ])('the local Cognito refuses %s, and says why', async (_name, request) => {
    const response = await request();
    expect([response.status, response.headers.get('server')]).toEqual([403, expect.stringMatching(/^nginx/)]);
    expect(await response.text()).toContain('accepts requests from this machine only, without a proxy in between');
  });
});
