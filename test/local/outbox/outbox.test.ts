import { readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createApp, expectRefusal, startEmulator, type App, type Emulator } from '../emulator.js';
import { messagesIn } from './outbox.js';

let emulator: Emulator;
let app: App;
let path: string;

beforeEach(async () => {
  emulator = await startEmulator();
  app = await createApp(emulator);
  path = join(emulator.dir, 'outbox.jsonl');
});
afterEach(() => emulator.stop());

const invite = (Username: string, email = `${Username}@example.com`) =>
  app.sdk.adminCreateUser({
    UserPoolId: app.UserPoolId,
    Username,
    UserAttributes: [{ Name: 'email', Value: email }],
  });

/** GET, with any header. */
function get(address: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      request(address, { headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      })
        .on('error', reject)
        .end();
    },
  );
}

describe('outbox.jsonl', () => {
  test('holds the temporary password that an administrator lets Cognito choose, and is closed to other users', async () => {
    await invite('ada');
    const messages = await messagesIn(emulator.dir);
    expect(messages).toStrictEqual([
      {
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
        pool: 'people',
        username: 'ada',
        to: 'ada@example.com',
        kind: 'AdminCreateUser',
        code: expect.any(String),
      },
    ]);
    await expect(app.signIn('ada', messages[0]?.code)).resolves.toHaveProperty(
      'ChallengeName',
      'NEW_PASSWORD_REQUIRED',
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('receives nothing where the message is suppressed, and another password where it is sent again', async () => {
    const person = { UserPoolId: app.UserPoolId, Username: 'ada' };
    await app.sdk.adminCreateUser({ ...person, MessageAction: 'SUPPRESS' });
    expect(await messagesIn(emulator.dir)).toStrictEqual([]);
    await app.sdk.adminCreateUser({ ...person, MessageAction: 'RESEND' });
    const [message] = await messagesIn(emulator.dir);
    expect(message).toMatchObject({ kind: 'AdminCreateUser', to: null });
    await expect(app.signIn('ada', message?.code)).resolves.toHaveProperty('ChallengeName', 'NEW_PASSWORD_REQUIRED');
  });

  test('keeps every message of concurrent requests and of earlier runs, in the order of their lines', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => invite(`user-${index}`)));
    await emulator.restart();
    await invite('last');
    const names = (await messagesIn(emulator.dir)).map(({ username }) => username);
    expect(names).toHaveLength(21);
    expect(new Set(names).size).toBe(21);
    expect(names.at(-1)).toBe('last');
  });

  test('loses the half of a line that a killed process left, and nothing else', async () => {
    await invite('ada');
    const written = await readFile(path, 'utf8');
    await writeFile(path, `${written}{"at":"2026-01-01T00:00:00.000Z","po`);
    await emulator.restart();
    expect(await readFile(path, 'utf8')).toBe(written);
  });

  test('keeps its newest 1,000 lines at a start', async () => {
    await invite('ada');
    const [line = ''] = (await readFile(path, 'utf8')).split('\n');
    const lines = Array.from({ length: 1200 }, (_, index) => line.replaceAll('ada', `user-${index}`));
    await writeFile(path, `${lines.join('\n')}\n`);
    await emulator.restart();
    const messages = await messagesIn(emulator.dir);
    expect(messages).toHaveLength(1000);
    expect(messages[0]?.username).toBe('user-200');
  });

  test('may be deleted at any time', async () => {
    await invite('ada');
    await rm(path);
    await invite('bob');
    expect((await messagesIn(emulator.dir)).map(({ username }) => username)).toStrictEqual(['bob']);
  });

  test('is never written through a symbolic link, and the message is delivered once the link is gone', async () => {
    const target = join(emulator.dir, 'target');
    await writeFile(target, '');
    await symlink(target, path);
    await expectRefusal(invite('ada'), 'InternalErrorException');
    expect(await readFile(target, 'utf8')).toBe('');
    await rm(path);
    await app.sdk.listUsers({ UserPoolId: app.UserPoolId });
    expect((await messagesIn(emulator.dir)).map(({ username }) => username)).toStrictEqual(['ada']);
  });
});

describe('the mailbox page', () => {
  const page = (headers?: Record<string, string>) => get(`${emulator.endpoint()}/outbox`, headers);

  test('shows the messages, newest first', async () => {
    expect((await page()).body).toContain('No messages yet.');
    await invite('ada');
    await invite('bob');
    const { status, body } = await page();
    expect(status).toBe(200);
    expect(body.indexOf('bob@example.com')).toBeLessThan(body.indexOf('ada@example.com'));
    expect(body.indexOf('bob@example.com')).toBeGreaterThan(0);
  });

  test('has no script and allows none, is never framed, cached or read by another origin', async () => {
    const { headers, body } = await page();
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; /u);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(body).not.toMatch(/<script|javascript:|\son\w+=/iu);
  });

  test('shows a hostile user name as text', async () => {
    const hostile = `<img/src=x/onerror="alert('1')">&amp;`;
    await app.sdk.adminCreateUser({ UserPoolId: app.UserPoolId, Username: hostile });
    const { body } = await page();
    expect(body).not.toContain('<img');
    expect(body).toContain('&lt;img/src=x/onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;');
  });

  test.each([
    ['a foreign Host', { host: 'example.com' }],
    ['a foreign Origin', { origin: 'https://example.com' }],
    ['the Origin of another page on this machine', { origin: 'http://localhost:5173' }],
  ])('is refused to a request with %s', async (_name, headers) => {
    await invite('ada');
    const { status, body } = await page(headers);
    expect(status).toBe(403);
    expect(body).not.toContain('ada');
  });
});
