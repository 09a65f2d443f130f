import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, useEmulator } from '../emulator.js';
import { authorizePath, createLoginApp, LOGOUT, openBrowser, signInAt } from './browser.js';

const emulator = useEmulator();
const app = beforeTests(() => createLoginApp(emulator));
let username: string;

beforeAll(async () => {
  username = await app.addUser();
});

const password = 'Passw0rd!';
const loginPath = () => authorizePath(app).replace('/oauth2/authorize', '/login');
const sessionCookie = () => `cognito-${app.UserPoolId}`;

describe('CSRF on the sign-in: a form is refused, without a session and without a code,', () => {
  const other = 'This form did not come from this browser';

  test('with no token', async () => {
    const browser = openBrowser(emulator.endpoint);
    await browser.get(loginPath());
    const { status, html } = await browser.post(loginPath(), { username, password });
    expect([status, html]).toStrictEqual([403, expect.stringContaining(other)]);
    expect(browser.cookies.has(sessionCookie())).toBe(false);
  });

  test("with the token of the attacker's own browser", async () => {
    const page = await openBrowser(emulator.endpoint).get(loginPath());
    const victim = openBrowser(emulator.endpoint);
    await victim.get(loginPath());
    expect((await victim.submit(page, { username, password })).status).toBe(403);
    expect(victim.cookies.has(sessionCookie())).toBe(false);
  });

  test('with a token that matches an empty cookie', async () => {
    const browser = openBrowser(emulator.endpoint);
    browser.cookies.set('XSRF-TOKEN', '');
    expect((await browser.post(loginPath(), { username, password, _csrf: '' })).status).toBe(403);
  });

  test.each([
    ['of another port on loopback', () => 'http://localhost:3000'],
    ['of the other scheme', () => emulator.endpoint().replace('http:', 'https:')],
  ])('with the right token from a page %s', async (_name, origin) => {
    const browser = openBrowser(emulator.endpoint);
    const page = await browser.get(loginPath());
    const { status, html } = await browser.submit(page, { username, password }, { origin: origin() });
    expect([status, html]).toStrictEqual([403, expect.stringContaining('may not use this one')]);
    expect(browser.cookies.has(sessionCookie())).toBe(false);
  });

  test.each(['https://evil.example', 'null'])('with the right token from %s', async (origin) => {
    const browser = openBrowser(emulator.endpoint);
    const page = await browser.get(loginPath());
    expect((await browser.submit(page, { username, password }, { origin })).status).toBe(403);
    expect(browser.cookies.has(sessionCookie())).toBe(false);
  });
});

test("a script of another page on loopback doesn't read the sign-in page", async () => {
  const { status } = await openBrowser(emulator.endpoint).get(loginPath(), { origin: 'http://localhost:3000' });
  expect(status).toBe(403);
});

describe('session fixation:', () => {
  test('a session that was in the browser before the sign-in is not taken over, and ends', async () => {
    const attacker = openBrowser(emulator.endpoint);
    await signInAt(attacker, authorizePath(app), await app.addUser());
    const planted = attacker.cookies.get(sessionCookie()) ?? '';
    const victim = openBrowser(emulator.endpoint);
    victim.cookies.set(sessionCookie(), planted);
    await signInAt(victim, authorizePath(app, { prompt: 'login' }), username);
    expect(victim.cookies.get(sessionCookie())).not.toBe(planted);
    expect((await attacker.get(authorizePath(app))).location.pathname).toBe('/login');
  });

  test('a value that the emulator never gave does not become a session', async () => {
    const browser = openBrowser(emulator.endpoint);
    browser.cookies.set(sessionCookie(), 'A'.repeat(43));
    await signInAt(browser, authorizePath(app), username);
    expect(browser.cookies.get(sessionCookie())).toMatch(/^(?!A{43}$)[\w-]{43}$/u);
  });

  test('the session of one pool is none of another', async () => {
    const browser = openBrowser(emulator.endpoint);
    await signInAt(browser, authorizePath(app), username);
    const other = await createLoginApp(emulator);
    browser.cookies.set(`cognito-${other.UserPoolId}`, browser.cookies.get(sessionCookie()) ?? '');
    expect((await browser.get(authorizePath(other))).location.pathname).toBe('/login');
  });
});

test('cookies: unreadable for scripts, not sent along by other sites, an hour for the session, only their hashes stored', async () => {
  const browser = openBrowser(emulator.endpoint);
  const page = await browser.get(loginPath());
  expect(page.cookies).toStrictEqual([
    expect.stringMatching(/^XSRF-TOKEN=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/u),
  ]);
  const { cookies } = await browser.submit(page, { username, password });
  expect(cookies).toStrictEqual([
    expect.stringMatching(/^cognito-[\w-]+=[\w-]{43}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/u),
  ]);
  const stored = await readFile(`${emulator.dir}/cognito.json`, 'utf8');
  for (const value of browser.cookies.values()) expect(stored).not.toContain(value);
  const out = await browser.get(`/logout?client_id=${app.ClientId}&logout_uri=${encodeURIComponent(LOGOUT)}`);
  expect(out.cookies).toStrictEqual([`${sessionCookie()}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`]);
});

test.each([
  ['the sign-in page', () => loginPath()],
  ['a page that refuses', () => '/login'],
])('%s: no framing, no script, nothing from elsewhere, no referrer, not stored', async (_name, path) => {
  const { headers, html } = await openBrowser(emulator.endpoint).get(path());
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    expect.stringMatching(/^style-src 'sha256-[\w+/=]+'$/u),
    "base-uri 'none'",
    expect.stringMatching(/^form-action '(?:none|self' http:\/\/localhost:3000)'?$/u),
    "frame-ancestors 'none'",
  ]);
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-type': 'text/html; charset=utf-8',
  });
  expect(html).not.toContain('<script');
});

test('the way back to the client carries no referrer', async () => {
  const { headers } = await signInAt(openBrowser(emulator.endpoint), authorizePath(app), username);
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});

test.each([
  ['a wrong password', { password: 'wrong-Passw0rd!' }, 'Incorrect username or password.'],
  ['an unknown user', { username: 'nobody', password }, 'Incorrect username or password.'],
  ['no password', { password: '' }, 'Enter your user name and your password.'],
  ['no user name', { username: '', password }, 'Enter your user name and your password.'],
])('%s: the page says so, keeps the name and gives no code', async (_name, fields, message) => {
  const browser = openBrowser(emulator.endpoint);
  const { status, html, cookies } = await browser.submit(await browser.get(loginPath()), { username, ...fields });
  expect([status, html]).toStrictEqual([400, expect.stringContaining(`role="alert">${message}</p>`)]);
  expect(html).not.toContain(password);
  expect(cookies.some((line) => line.startsWith('cognito-'))).toBe(false);
});

test('five wrong passwords lock the user out here as at the API', async () => {
  const name = await app.addUser();
  const browser = openBrowser(emulator.endpoint);
  const page = await browser.get(loginPath());
  for (let attempt = 0; attempt < 5; attempt += 1) await browser.submit(page, { username: name, password: 'wrong' });
  const locked = await browser.submit(page, { username: name, password });
  expect([locked.status, locked.html]).toStrictEqual([400, expect.stringContaining('Password attempts exceeded')]);
});

test.each([
  ['POST', '/oauth2/authorize', 'GET'],
  ['POST', '/logout', 'GET'],
  ['GET', '/challenge', 'POST'],
  ['DELETE', '/login', 'GET, POST'],
])('%s %s is 405, and says what is allowed', async (method, path, allowed) => {
  const response = await fetch(`${emulator.endpoint()}${path}`, { method });
  expect([response.status, response.headers.get('allow')]).toStrictEqual([405, allowed]);
});
