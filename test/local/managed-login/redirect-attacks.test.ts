import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';
import { anotherLoginClient, authorizePath, codeGrant, openBrowser, signInAt, type Answer } from './browser.js';

const REGISTERED = [
  'https://app.example/cb?tenant=1',
  'http://127.0.0.1:4711/cb',
  'http://[::1]:4711/cb',
  'myapp://cb',
];

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, {}, { ...codeGrant, CallbackURLs: REGISTERED }));
let username: string;

beforeAll(async () => {
  username = await app.addUser();
});

test.each(REGISTERED)('%s is returned to as it is registered, and forms may lead there', async (redirect_uri) => {
  const browser = openBrowser(emulator.endpoint);
  const path = authorizePath(app, { redirect_uri });
  const { headers } = await browser.get(path.replace('/oauth2/authorize', '/login'));
  const sources = { 'https://app.example': 'https://app.example', 'http://127.0.0.1:4711': 'http://127.0.0.1:4711' };
  const source = Object.entries(sources).find(([start]) => redirect_uri.startsWith(start))?.[1];
  const scheme = redirect_uri.slice(0, redirect_uri.indexOf(':') + 1);
  expect(headers.get('content-security-policy')).toContain(`form-action 'self' ${source ?? scheme};`);
  const { headers: answer } = await signInAt(browser, path, username);
  const separator = redirect_uri.includes('?') ? '&' : '?';
  expect(answer.get('location')?.startsWith(`${redirect_uri}${separator}code=`)).toBe(true);
});

test('letters beyond ASCII in a registered address are encoded on the way back', async () => {
  const redirect_uri = 'https://app.example/zurück/日本';
  const client = await anotherLoginClient(app, { CallbackURLs: [redirect_uri] });
  const { headers } = await signInAt(openBrowser(emulator.endpoint), authorizePath(client, { redirect_uri }), username);
  expect(headers.get('location')).toMatch(/^https:\/\/app\.example\/zur%C3%BCck\/%E6%97%A5%E6%9C%AC\?code=/u);
});

describe('an address that is not registered letter for letter is a page without a redirect and without a code:', () => {
  test.each([
    ['a longer path', 'https://app.example/cb/evil?tenant=1'],
    ['a prefix', 'https://app.example/cb'],
    ['a suffix', 'https://app.example/cb?tenant=1&next=evil'],
    ['a longer host', 'https://app.example.evil/cb?tenant=1'],
    ['another host', 'https://evil.example/cb?tenant=1'],
    ['upper case in the host', 'https://APP.example/cb?tenant=1'],
    ['upper case in the path', 'https://app.example/CB?tenant=1'],
    ['the default port', 'https://app.example:443/cb?tenant=1'],
    ['another port', 'https://app.example:8443/cb?tenant=1'],
    ['plain HTTP', 'http://app.example/cb?tenant=1'],
    ['a fragment', 'https://app.example/cb?tenant=1#x'],
    ['an encoded letter', 'https://app.example/%63b?tenant=1'],
    ['dot segments', 'https://app.example/x/../cb?tenant=1'],
    ['user information', 'https://app.example@evil.example/cb?tenant=1'],
    ['user information before the right host', 'https://evil@app.example/cb?tenant=1'],
    ['a backslash', 'https://evil.example\\@app.example/cb?tenant=1'],
    ['a leading space', ' https://app.example/cb?tenant=1'],
    ['a line break', 'https://app.example/cb?tenant=1\r\nset-cookie: x=y'],
    ['another loopback port', 'http://127.0.0.1:4712/cb'],
    ['another name of loopback', 'http://localhost:4711/cb'],
    ['script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['another scheme', 'myapp2://cb'],
    ['nothing of an address', 'cb'],
  ])('%s', async (_name, redirect_uri) => {
    const browser = openBrowser(emulator.endpoint);
    await signInAt(browser, authorizePath(app, { redirect_uri: REGISTERED[0] }), username);
    for (const path of ['/oauth2/authorize', '/login']) {
      const address = authorizePath(app, { redirect_uri }).replace('/oauth2/authorize', path);
      const { status, html, headers } = await browser.get(address);
      expect([status, headers.get('location')]).toStrictEqual([400, null]);
      expect(html).toContain('redirect_mismatch: the client has no callback address');
      expect(headers.get('content-security-policy')).toContain("form-action 'none'");
    }
  });

  test('changed after the sign-in page was loaded', async () => {
    const browser = openBrowser(emulator.endpoint);
    const page = await browser.get(
      authorizePath(app, { redirect_uri: REGISTERED[0] }).replace('oauth2/authorize', 'login'),
    );
    const tampered = { ...page, html: page.html.replace('app.example', 'evil.example') };
    const { status, headers } = await browser.submit(tampered, { username, password: 'Passw0rd!' });
    expect([status, headers.get('location')]).toStrictEqual([400, null]);
  });
});

test.each([
  ['no client', { client_id: undefined }, 'client_id is missing'],
  ['an unknown client', { client_id: 'unknown' }, 'client_id is missing, or no client has it'],
  ['no address', { redirect_uri: undefined }, 'redirect_uri is missing'],
])('%s is a page that says so', async (_name, changes, message) => {
  const { status, html } = await openBrowser(emulator.endpoint).get(authorizePath(app, changes));
  expect([status, html]).toStrictEqual([400, expect.stringContaining(message)]);
});

test('a parameter that is given twice is a page, whichever it is', async () => {
  const path = authorizePath(app, { redirect_uri: REGISTERED[0] });
  for (const again of ['redirect_uri=https://evil.example', 'client_id=x', 'state=x']) {
    const { status, html, headers } = await openBrowser(emulator.endpoint).get(`${path}&${again}`);
    expect([status, headers.get('location')]).toStrictEqual([400, null]);
    expect(html).toContain('A parameter is given twice.');
  }
});

test('a client without COGNITO among its identity providers signs nobody in', async () => {
  const client = await anotherLoginClient(app, { SupportedIdentityProviders: [] });
  const { status, html } = await openBrowser(emulator.endpoint).get(authorizePath(client));
  expect([status, html]).toStrictEqual([400, expect.stringContaining('SupportedIdentityProviders lack COGNITO')]);
});

test.each([
  ['plain HTTP off loopback', 'http://app.example/cb'],
  ['a fragment', 'https://app.example/cb#x'],
  ['no scheme', '/cb'],
])('a callback address with %s can not be registered', (_name, address) =>
  expectRefusal(anotherLoginClient(app, { CallbackURLs: [address] }), 'InvalidParameterException', address),
);

describe('a value that no header can hold is encoded in the address of a redirect, and is no header of its own:', () => {
  const [redirect_uri] = REGISTERED;
  const browse = () => openBrowser(emulator.endpoint);
  const login = (changes: Record<string, string>) =>
    authorizePath(app, { redirect_uri, ...changes }).replace('/oauth2/authorize', '/login');

  type Redirect = [name: string, send: (value: string) => Promise<Answer>, to: string, parameter: string];
  /** Each endpoint that redirects, with where it goes and the parameter that brings the value back. */
  const redirects: Redirect[] = [
    [
      '/oauth2/authorize, to the sign-in page',
      (value) => browse().get(authorizePath(app, { redirect_uri, login_hint: value })),
      '/login',
      'login_hint',
    ],
    [
      '/oauth2/authorize, with an error',
      (value) => browse().get(authorizePath(app, { redirect_uri, state: value, response_type: value })),
      '/cb',
      'state',
    ],
    [
      '/oauth2/authorize, with a code',
      async (value) => {
        const browser = browse();
        await signInAt(browser, authorizePath(app, { redirect_uri }), username);
        return browser.get(authorizePath(app, { redirect_uri, state: value }));
      },
      '/cb',
      'state',
    ],
    ['/login, with an error', (value) => browse().get(login({ state: value, scope: value })), '/cb', 'state'],
    [
      '/login, with a code',
      (value) => signInAt(browse(), authorizePath(app, { redirect_uri, state: value }), username),
      '/cb',
      'state',
    ],
    ['/logout', (value) => browse().get(login({ state: value }).replace('/login', '/logout')), '/login', 'state'],
    ...['/signup', '/forgotPassword'].map((path): Redirect => [
      `${path}, with an error`,
      (value) => browse().get(login({ state: value, scope: value }).replace('/login', path)),
      '/cb',
      'state',
    ]),
    ...['/challenge', '/confirm', '/confirmForgotPassword'].map((path): Redirect => [
      `${path}, with an error`,
      async (value) => {
        const browser = browse();
        const { html, ...page } = await browser.get(login({}));
        const action = login({ state: value, scope: value }).replace('/login', path);
        return browser.submit({ ...page, html: html.replace(/action="[^"]*"/u, `action="${action}"`) }, {});
      },
      '/cb',
      'state',
    ]),
  ];

  test.each(redirects)('%s', async (_name, send, to, parameter) => {
    for (const value of ['zurück', '日本', '\u{1f355}', 'a\r\nset-cookie: evil=1', 'a\nb', '\0', '\x7f', '%0d%0a']) {
      const { status, headers, location, cookies } = await send(value);
      expect(status).toBe(303);
      expect(headers.get('location')).toMatch(/^[\x21-\x7e]+$/u);
      expect([location.pathname, location.searchParams.get(parameter)]).toStrictEqual([to, value]);
      expect(cookies.join()).not.toContain('evil');
    }
  });
});
