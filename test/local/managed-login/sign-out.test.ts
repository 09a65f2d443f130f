import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, useEmulator } from '../emulator.js';
import { authorizePath, CALLBACK, createLoginApp, LOGOUT, openBrowser, signInAt } from './browser.js';

const emulator = useEmulator();
const app = beforeTests(() => createLoginApp(emulator));
let username: string;

beforeAll(async () => {
  username = await app.addUser();
});

const browse = () => openBrowser(emulator.endpoint);

describe('signing out', () => {
  test('ends the browser session and goes to a registered address', async () => {
    const browser = browse();
    await signInAt(browser, authorizePath(app), username);
    const before = new Map(browser.cookies);
    const path = `/logout?client_id=${app.ClientId}&logout_uri=${encodeURIComponent(LOGOUT)}`;
    const { status, location } = await browser.get(path);
    expect([status, location.href]).toStrictEqual([303, LOGOUT]);
    expect((await browser.get(authorizePath(app))).location.pathname).toBe('/login');
    for (const [name, value] of before) browser.cookies.set(name, value);
    expect((await browser.get(authorizePath(app))).location.pathname).toBe('/login');
  });

  test('with redirect_uri ends it and goes to the sign-in page', async () => {
    const browser = browse();
    await signInAt(browser, authorizePath(app), username);
    const { location } = await browser.get(authorizePath(app).replace('/oauth2/authorize', '/logout'));
    expect([location.pathname, location.searchParams.get('redirect_uri')]).toStrictEqual(['/login', CALLBACK]);
    expect((await browser.get(authorizePath(app))).location.pathname).toBe('/login');
  });

  test.each([
    ['an address that is not registered', { logout_uri: 'https://evil.example/' }, 'no sign-out address'],
    ['a callback address in its place', { logout_uri: CALLBACK }, 'no sign-out address'],
    ['no address', {}, 'logout_uri is missing'],
    ['a callback address that is not registered', { redirect_uri: LOGOUT, response_type: 'code' }, 'redirect_mismatch'],
  ])('with %s is a page, and the session stays', async (_name, parameters, message) => {
    const browser = browse();
    await signInAt(browser, authorizePath(app), username);
    const query = new URLSearchParams({ client_id: app.ClientId, ...parameters }).toString();
    const { status, html, headers } = await browser.get(`/logout?${query}`);
    expect([status, html]).toStrictEqual([400, expect.stringContaining(message)]);
    expect(headers.has('location')).toBe(false);
    expect((await browser.get(authorizePath(app))).location.searchParams.has('code')).toBe(true);
  });
});
