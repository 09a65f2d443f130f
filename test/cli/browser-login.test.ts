import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { COMMAND_CALLBACK_URLS } from '../../app/platform/contract/command-callbacks.js';
import { useEmulator } from '../local/emulator.js';
import { askForTokens, codeGrant } from '../local/managed-login/browser.js';
import { COMMAND } from './environment.js';
import { describeWithTerminal, runOnTerminal } from './pseudo-terminal.js';
import {
  addressOn,
  browse,
  loginElsewhere,
  newBrowserUser,
  publicClientSettings,
  signInOnPage,
  type BrowserUser,
} from './scripted-browser.js';
import { refusal } from './second-factor.js';
import { expireTokens, readStored } from './stored-sessions.js';

const LOGIN = '"$NODE" "$BIN" login; echo "exit=$?"';
const emulator = useEmulator();
let person: BrowserUser;
beforeAll(async () => {
  person = await newBrowserUser(emulator);
});

const signIn = (address: string) => signInOnPage(emulator, address, person.username);
const callbackOf = (address: string) => new URL(address).searchParams.get('redirect_uri') ?? '';
const stateOf = (address: string) => new URL(address).searchParams.get('state') ?? '';

/** Connections are refused once nothing listens. */
const visitFails = (address: string) =>
  fetch(address).then(
    () => 'answered',
    () => 'refused',
  );

/** Sends the command's browser back with these parameters. */
const comeBack = (parametersFor: (address: string) => Record<string, string>) =>
  browse((address) => fetch(`${callbackOf(address)}?${new URLSearchParams(parametersFor(address)).toString()}`));

/** Takes the first `count` ports of the command, those that another program has already included. */
async function takePorts(count: number): Promise<Server[]> {
  const servers = COMMAND_CALLBACK_URLS.slice(0, count).map((url) => {
    const server = createServer().on('error', () => undefined);
    return server.listen(Number(new URL(url).port), '127.0.0.1');
  });
  await Promise.all(servers.map((server) => once(server, 'listening').catch(() => undefined)));
  return servers;
}

describeWithTerminal('login in the browser', () => {
  test('opens the page, and ends signed in with nothing left listening and no code on the screen', async () => {
    let back = new URL('none:');
    let begun = '';
    let page: Response | undefined;
    const screen = await runOnTerminal(person, LOGIN, [
      browse(async (address) => {
        begun = address;
        back = await signIn(address);
        expect((await fetch(new URL('/favicon.ico', back))).status).toBe(404);
        page = await fetch(back);
      }),
    ]);
    expect(screen).toMatch(/Signed in user-\S+ to pool customers of profile local[^]*exit=0/);
    // The command shows the address without waiting for the browser: only now has that surely written it.
    expect(await readFile(person.opened, 'utf8')).toBe(begun);
    const html = (await page?.text()) ?? '';
    expect(html).toContain('You can close this window.');
    const { publicClientId, accessToken, refreshToken } = (await readStored(person)).sessions[0] ?? {};
    expect(publicClientId).toBe(person.publicClientId);
    for (const secret of [back.searchParams.get('code'), accessToken, refreshToken]) {
      expect(secret).toMatch(/^\S{36,}$/);
      expect(screen + html).not.toContain(secret);
    }
    expect(page?.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page?.headers.get('cache-control')).toBe('no-store');
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await visitFails(back.href)).toBe('refused');
  });

  test('two at once listen on ports of their own', async () => {
    const other = await newBrowserUser(emulator);
    const addresses: string[] = [];
    let meet = () => {};
    const both = new Promise<void>((resolve) => (meet = resolve));
    const login = (who: BrowserUser) =>
      runOnTerminal(who, LOGIN, [
        browse(async (address) => {
          addresses.push(address);
          if (addresses.length === 2) meet();
          await both;
          await fetch(await signInOnPage(emulator, address, who.username));
        }),
      ]);
    for (const screen of await Promise.all([login(person), login(other)]))
      expect(screen).toMatch(/Signed in[^]*exit=0/);
    expect(new Set(addresses.map(callbackOf)).size).toBe(2);
  });

  test('where all ports are taken says so', async () => {
    const servers = await takePorts(COMMAND_CALLBACK_URLS.length);
    const screen = await runOnTerminal(person, LOGIN, []);
    for (const server of servers) server.close();
    expect(screen).toMatch(/ports 27631, 27632, 27633, 27634 of 127\.0\.0\.1 are all taken[^]*--no-browser[^]*exit=1/);
  });

  test('a browser that never comes back is not waited for longer than --timeout', async () => {
    let address = '';
    const line = LOGIN.replace('login', 'login --timeout 500ms');
    const screen = await runOnTerminal(person, line, [browse(async (shown) => (address = shown))]);
    expect(screen).toMatch(/did not come back within 0 s[^]*login --no-browser[^]*exit=5/);
    expect(await visitFails(callbackOf(address))).toBe('refused');
  });

  test('Ctrl-C ends it, and nothing is left listening', async () => {
    let address = '';
    const typed = { after: 'redirect_uri=', type: (screen: string) => ((address = addressOn(screen)), '\u0003') };
    expect(await runOnTerminal(person, LOGIN, [typed])).not.toContain('exit=0');
    expect(await visitFails(callbackOf(address))).toBe('refused');
  });

  test.each([
    ['of another sign-in', () => ({ code: 'c', state: 'another' }), /its state differs[^]*exit=4/],
    ['without a state', () => ({ code: 'c' }), /its state differs[^]*exit=4/],
    [
      'with a refusal',
      (address: string) => ({ error: 'access_denied', error_description: 'No\u001B[2J', state: stateOf(address) }),
      /refused the sign-in: access_denied \(No.*\)[^]*Sign in again: .* login\r?\n[^]*exit=4/,
    ],
    [
      'with a code that is none',
      (address: string) => ({ code: 'made-up', state: stateOf(address) }),
      /refused the sign-in: invalid_grant[^]*exit=4/,
    ],
  ])('what comes back %s is refused', async (_, parameters, message) => {
    const before = await readStored(person);
    const screen = await runOnTerminal(person, LOGIN, [comeBack(parameters)]);
    expect(screen).toMatch(message);
    expect(await readStored(person)).toEqual(before);
  });

  test('logout --browser ends the sign-in of the browser too', async () => {
    await loginElsewhere(person, async (address) => (await signIn(address)).href);
    const line = LOGIN.replace('login', 'logout --browser');
    const type = async (screen: string) => {
      const browser = await fetch(addressOn(screen), { redirect: 'manual' });
      expect(browser.headers.getSetCookie().join()).toContain('Max-Age=0');
      await fetch(browser.headers.get('location') ?? '');
      return '';
    };
    const screen = await runOnTerminal(person, line, [{ after: 'logout_uri=', type }]);
    expect(screen).toMatch(/Signed out user-[^]*Signed the browser out of pool customers too[^]*exit=0/);
  });
});

describe('login --no-browser', () => {
  const code = async (address: string) => (await signIn(address)).searchParams.get('code') ?? '';

  test('takes the code from stdin, and its tokens are valid for the API', async () => {
    const { stdout, stderr, code: exit } = await loginElsewhere(person, code, ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({ pool: 'customers', user: person.username });
    expect(exit).toBe(0);
    const { accessToken } = (await readStored(person)).sessions[0] ?? {};
    expect(stderr).not.toContain(accessToken);
    expect(await person.run(['whoami', '--verify'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/scopes +openid, email, profile[^]*verified/),
    });
  });

  describeWithTerminal('at a terminal', () => {
    test('takes the whole address, and shows nothing of it', async () => {
      let back = '';
      const paste = async (screen: string) => `${(back = (await signIn(addressOn(screen))).href)}\r`;
      const line = LOGIN.replace('login', 'login --no-browser');
      const screen = await runOnTerminal(person, line, [{ after: 'That address, or its code', type: paste }]);
      expect(screen).toMatch(/Signed in user-[^]*exit=0/);
      expect(back).toContain('?code=');
      expect(screen).not.toContain(new URL(back).searchParams.get('code'));
    });
  });

  test.each([
    ['the address of another sign-in', 'state_mismatch', 4, `${COMMAND_CALLBACK_URLS[0]}?code=c&state=another`],
    ['a code that is none', 'sign_in_refused', 4, 'made-up'],
    ['another address', 'callback_malformed', 5, 'https://example.com/callback?code=c'],
    ['nothing', 'input_empty', 5, ''],
  ])('refuses %s: %s, exit code %i', async (_, error, exit, line) => {
    const { stderr, ...others } = await loginElsewhere(person, async () => line, ['--json']);
    expect(refusal({ stderr: stderr.trim().split('\n').at(-1) ?? '', ...others })).toEqual([exit, error]);
  });

  test('refuses the code of another sign-in, whose verifier is another', async () => {
    let other = '';
    await loginElsewhere(person, async (address) => ((other = await code(address)), ''));
    expect((await loginElsewhere(person, async () => other)).stderr).toMatch(/invalid_grant[^]*code_verifier/);
  });
});

describe('a sign-in by browser', () => {
  test('is renewed at the domain with a refresh token that is used once, and revoked by logout', async () => {
    await emulator.sdk.updateUserPoolClient({
      UserPoolId: person.userPoolId,
      ClientId: person.publicClientId,
      ...publicClientSettings,
      ExplicitAuthFlows: [],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    });
    await loginElsewhere(person, async (address) => (await signIn(address)).href);
    const refreshTokens: unknown[] = [];
    for (const _ of [1, 2]) {
      refreshTokens.push((await readStored(person)).sessions[0]?.refreshToken);
      await expireTokens(person);
      expect(await person.run(['token'])).toMatchObject({ code: 0, stderr: '' });
    }
    const { refreshToken = '' } = (await readStored(person)).sessions[0] ?? {};
    expect(new Set([...refreshTokens, refreshToken]).size).toBe(3);

    expect(await person.run(['logout'])).toMatchObject({ code: 0, stderr: `Signed out ${person.username}.\n` });
    const form = { grant_type: 'refresh_token', client_id: person.publicClientId, refresh_token: refreshToken ?? '' };
    expect(await askForTokens(emulator, form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('needs no client secret: signed in, renewed and signed out with a profile that has none', async () => {
    await person.changePool({ clientSecret: undefined });
    await loginElsewhere(person, async (address) => (await signIn(address)).href);
    await expireTokens(person);
    expect(await person.run(['token'])).toMatchObject({ code: 0, stderr: '' });
    expect(await person.run(['logout'])).toMatchObject({ code: 0, stderr: `Signed out ${person.username}.\n` });
    await person.changePool({});
  });

  test('that Cognito ended has to start again in the browser', async () => {
    await loginElsewhere(person, async (address) => (await signIn(address)).href);
    await emulator.sdk.adminUserGlobalSignOut({ UserPoolId: person.userPoolId, Username: person.username });
    await expireTokens(person);
    const answer = await person.run(['token', '--json']);
    expect(refusal(answer)).toEqual([3, 'session_ended']);
    expect(JSON.parse(answer.stderr)).toMatchObject({ error: { hint: `${COMMAND} login` } });
  });
});

describe('login without a user, where it can not open a browser', () => {
  const login = (flags: string[], input = '') => person.run(['login', ...flags, '--json'], { input });

  test('says how to sign in without a terminal', async () => {
    const answer = await login([]);
    expect(refusal(answer)).toEqual([5, 'input_needed']);
    expect(answer.stderr).toContain('login USER --password-stdin');
  });

  test('refuses flags that need a user, and with a user those of the browser', async () => {
    expect(refusal(await login(['--password-stdin'], 'secret'))).toEqual([2, 'usage']);
    expect(refusal(await login(['mario', '--no-browser']))).toEqual([2, 'usage']);
    expect(refusal(await login(['--machine', '--no-browser']))).toEqual([2, 'usage']);
  });

  test('says which addresses the client lacks, instead of showing an error page', async () => {
    const ids = { UserPoolId: person.userPoolId, ClientId: person.publicClientId };
    await emulator.sdk.updateUserPoolClient({ ...ids, ...codeGrant });
    const answer = await login(['--no-browser']);
    expect(refusal(answer)).toEqual([1, 'callback_unknown']);
    expect(answer.stderr).toContain(COMMAND_CALLBACK_URLS[0]);
    await emulator.sdk.updateUserPoolClient({ ...ids, ...publicClientSettings });
  });

  test('a domain that is down, and a pool without one, are different errors', async () => {
    await person.changePool({ domainUrl: 'http://127.0.0.1:27600' });
    expect(refusal(await login(['--no-browser']))).toEqual([6, 'unreachable']);
    await person.changePool({ domainUrl: undefined });
    const answer = await login([]);
    expect(refusal(answer)).toEqual([2, 'no_managed_login']);
    expect(answer.stderr).toContain('login USER');
  });
});
