import { beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeTests, claimsOf, useEmulator } from '../emulator.js';
import {
  anotherLoginClient,
  askForTokens,
  authorizePath,
  CALLBACK,
  createLoginApp,
  exchangeOf,
  newCode,
  openBrowser,
  pkce,
  signInAt,
} from './browser.js';

const emulator = useEmulator();
const app = beforeTests(() => createLoginApp(emulator));
let username: string;

beforeAll(async () => {
  username = await app.addUser({ email: 'ada@example.com', email_verified: 'true', given_name: 'Ada' });
});

const browse = () => openBrowser(emulator.endpoint);
const pathOf = ({ pathname, search }: URL) => `${pathname}${search}`;

describe('a sign-in by code and PKCE', () => {
  test('goes to the sign-in page with the same parameters, and back with a code and the state', async () => {
    const browser = browse();
    const path = authorizePath(app, { login_hint: 'ada"><script>', lang: 'en' });
    const { status, location } = await browser.get(path);
    expect([status, pathOf(location)]).toStrictEqual([303, path.replace('/oauth2/authorize', '/login')]);
    const page = await browser.get(pathOf(location));
    expect(page.status).toBe(200);
    expect(page.html).toContain('value="ada&quot;&gt;&lt;script&gt;"');
    const back = await browser.submit(page, { username, password: 'Passw0rd!' });
    expect(back.status).toBe(303);
    expect(`${back.location.origin}${back.location.pathname}`).toBe(CALLBACK);
    expect(Object.fromEntries(back.location.searchParams)).toStrictEqual({
      code: expect.stringMatching(/^[\da-f-]{36}$/u) as unknown,
      state: 'st&te=1',
    });
  });

  test.each(['de', 'en', 'es', 'fr', 'id', 'it', 'ja', 'ko', 'pt-BR', 'zh-CN', 'zh-TW', 'xx-"><script>', ''])(
    'keeps the language %j through the pages, which are in English, and through signing out',
    async (lang) => {
      const browser = browse();
      const { location } = await browser.get(authorizePath(app, { lang }));
      const page = await browser.get(pathOf(location));
      expect([page.status, location.searchParams.get('lang')]).toStrictEqual([200, lang]);
      expect(page.html).toContain('<html lang="en">');
      const kept = `lang=${new URLSearchParams({ lang }).toString().slice('lang='.length)}`;
      const links = [...page.html.matchAll(/(?:href|action)="(?<link>\/[^"]*)"/gu)].map(
        ({ groups }) => groups?.['link'],
      );
      expect(links.map((link) => link?.split('?')[0])).toStrictEqual(['/login', '/forgotPassword', '/signup']);
      for (const link of links) expect(link).toContain(kept);
      const back = await browser.submit(page, { username, password: 'Passw0rd!' });
      expect([...back.location.searchParams.keys()]).toStrictEqual(['code', 'state']);
      const out = await browser.get(authorizePath(app, { lang }).replace('/oauth2/authorize', '/logout'));
      expect([out.location.pathname, out.location.searchParams.get('lang')]).toStrictEqual(['/login', lang]);
    },
  );

  test('gives an ID token with the nonce, an access token with the scopes, and a refresh token', async () => {
    const code = await newCode(emulator, app, username, { nonce: 'n-1', scope: 'openid email' });
    const { status, body } = await askForTokens(emulator, exchangeOf(app, code));
    expect([status, Object.keys(body).sort()]).toStrictEqual([
      200,
      ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type'],
    ]);
    const issuer = `${emulator.endpoint()}/${app.UserPoolId}`;
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(body['id_token'] ?? '', keys, { issuer, audience: app.ClientId });
    expect(payload).toMatchObject({
      nonce: 'n-1',
      token_use: 'id',
      email: 'ada@example.com',
      email_verified: true,
      auth_time: Math.floor(emulator.now() / 1000),
      at_hash: expect.stringMatching(/^[\w-]{22}$/u) as unknown,
    });
    expect(payload).not.toHaveProperty('given_name');
    expect(claimsOf(body['access_token'])).toMatchObject({ client_id: app.ClientId, scope: 'openid email' });
    expect(claimsOf(body['access_token'])).not.toHaveProperty('aud');

    const renewed = await askForTokens(emulator, {
      grant_type: 'refresh_token',
      client_id: app.ClientId,
      refresh_token: body['refresh_token'],
    });
    expect(claimsOf(renewed.body['access_token'])).toHaveProperty('scope', 'openid email');
    expect(claimsOf(renewed.body['id_token'])).not.toHaveProperty('nonce');
  });

  test('describes the user at userInfo', async () => {
    const { body } = await askForTokens(emulator, exchangeOf(app, await newCode(emulator, app, username)));
    const response = await fetch(`${emulator.endpoint()}/oauth2/userInfo`, {
      headers: { authorization: `Bearer ${body['access_token']}` },
    });
    expect([response.status, await response.json()]).toStrictEqual([
      200,
      expect.objectContaining({ username, email: 'ada@example.com', given_name: 'Ada' }),
    ]);
  });

  test("without scopes gets all of the client's, and without openid no ID token", async () => {
    const all = await askForTokens(emulator, exchangeOf(app, await newCode(emulator, app, username)));
    expect(claimsOf(all.body['access_token'])['scope']).toBe('openid email profile aws.cognito.signin.user.admin');
    const code = await newCode(emulator, app, username, { scope: 'aws.cognito.signin.user.admin' });
    const { status, body } = await askForTokens(emulator, exchangeOf(app, code));
    expect([status, Object.keys(body)]).toStrictEqual([200, expect.not.arrayContaining(['id_token'])]);
    await expect(app.sdk.getUser({ AccessToken: body['access_token'] })).resolves.toHaveProperty('Username', username);
  });

  test('binds the access token to a resource', async () => {
    const code = await newCode(emulator, app, username, { resource: 'https://api.example/orders' });
    const { body } = await askForTokens(emulator, exchangeOf(app, code));
    expect(claimsOf(body['access_token'])).toHaveProperty('aud', 'https://api.example/orders');
  });

  test('works for a client with a secret, which then must send it', async () => {
    const confidential = await anotherLoginClient(app, { GenerateSecret: true });
    const code = await newCode(emulator, confidential, username);
    const form = exchangeOf(confidential, code);
    expect(await askForTokens(emulator, form)).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
    expect((await askForTokens(emulator, { ...form, client_secret: confidential.clientSecret })).status).toBe(200);
  });

  test('returns to the default address where the request names none', async () => {
    const client = await anotherLoginClient(app, { DefaultRedirectURI: CALLBACK });
    const { location } = await signInAt(browse(), authorizePath(client, { redirect_uri: undefined }), username);
    expect(location.href.startsWith(`${CALLBACK}?code=`)).toBe(true);
  });
});

describe('while the browser is signed in', () => {
  test('another request gets its code at once, with the time of the sign-in, for an hour and across a restart', async () => {
    const browser = browse();
    await signInAt(browser, authorizePath(app), username);
    const signedInAt = Math.floor(emulator.now() / 1000);
    emulator.pass({ minutes: 59 });
    await emulator.restart();
    const { verifier, challenge } = pkce();
    const path = authorizePath(app, { code_challenge: challenge, code_challenge_method: 'S256' });
    const { location } = await browser.get(path);
    const code = location.searchParams.get('code') ?? '';
    const { body } = await askForTokens(emulator, exchangeOf(app, { code, verifier }));
    expect(claimsOf(body['id_token'])).toHaveProperty('auth_time', signedInAt);
    emulator.pass({ minutes: 1 });
    expect((await browser.get(path)).location.pathname).toBe('/login');
  });

  test.each([
    ['login', '/login'],
    ['select_account', '/login'],
    ['consent', '/callback'],
    ['none', '/callback'],
  ])('prompt=%s leads to %s', async (prompt, pathname) => {
    const browser = browse();
    await signInAt(browser, authorizePath(app), username);
    const { location } = await browser.get(authorizePath(app, { prompt }));
    expect(location.pathname).toBe(pathname);
    expect(location.searchParams.has('code')).toBe(pathname === '/callback');
  });

  test('a disabled user is asked to sign in again', async () => {
    const user = { UserPoolId: app.UserPoolId, Username: await app.addUser() };
    const browser = browse();
    await signInAt(browser, authorizePath(app), user.Username);
    await app.sdk.adminDisableUser(user);
    expect((await browser.get(authorizePath(app))).location.pathname).toBe('/login');
  });

  test('prompt=none is refused in a browser where nobody is signed in', async () => {
    const { location } = await browse().get(authorizePath(app, { prompt: 'none' }));
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error: 'login_required', state: 'st&te=1' });
  });
});
