import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMMAND_CALLBACK_URLS } from '../../app/platform/contract/command-callbacks.js';
import { createApp, createClient, PASSWORD, type Emulator } from '../local/emulator.js';
import { codeGrant, openBrowser } from '../local/managed-login/browser.js';
import { BIN, newPerson, resultOf, type Person, type Result } from './environment.js';
import type { Typing } from './pseudo-terminal.js';

/** A person whose pool has managed login, and whose `xdg-open` keeps the address instead of starting a browser. */
export interface BrowserUser extends Person {
  /** The user's name in the pool, with the password PASSWORD. */
  username: string;
  userPoolId: string;
  publicClientId: string;
  /** What `xdg-open` was started with. */
  opened: string;
  /** Changes the pool in the profile. */
  changePool(change: object): Promise<void>;
}

const urls = [...COMMAND_CALLBACK_URLS];
/** The public client, as `npm start` seeds it. */
export const publicClientSettings = { ...codeGrant, CallbackURLs: urls, LogoutURLs: urls };

export async function newBrowserUser(emulator: Emulator): Promise<BrowserUser> {
  const app = await createApp(emulator);
  const { UserPoolId: userPoolId, ClientId: clientId, clientSecret } = app;
  const { ClientId: publicClientId } = await createClient(emulator.sdk, userPoolId, publicClientSettings);
  const endpoint = emulator.endpoint();
  const issuer = `${endpoint}/${userPoolId}`;
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  const customers = { userPoolId, clientId, clientSecret, publicClientId, issuer, jwksUri, domainUrl: endpoint };
  const person = await newPerson(emulator.dir, {});
  const LOCAL_DIR = join(person.home, '.local');
  const bin = join(person.home, 'bin');
  const opened = join(person.home, 'opened');
  await Promise.all([mkdir(LOCAL_DIR, { mode: 0o700 }), mkdir(bin)]);
  const changePool = (change: object) => {
    const pools = { customers: { ...customers, ...change } };
    const profile = { apiUrl: endpoint, cognitoEndpoint: endpoint, region: 'us-east-1', pools };
    return writeFile(join(LOCAL_DIR, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
  };
  await changePool({});
  await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
  await chmod(join(bin, 'xdg-open'), 0o755);
  const env = { LOCAL_DIR, PATH: `${bin}:${process.env['PATH']}` };
  Object.assign(person.env, env);
  return { ...person, username: await app.addUser(), userPoolId, publicClientId, opened, changePool };
}

/** The address that the command shows. */
export const addressOn = (screen: string) => /^ {2}(http\S+)/m.exec(screen)?.[1] ?? '';

/** Fills in the sign-in page that an address leads to; resolves to where the browser is sent then. */
export async function signInOnPage(emulator: Emulator, address: string, username: string): Promise<URL> {
  const browser = openBrowser(emulator.endpoint);
  const { location } = await browser.get(address);
  const page = await browser.get(location.href);
  return (await browser.submit(page, { username, password: PASSWORD })).location;
}

/** What a scripted browser does once the address is on the screen. */
export const browse = (visit: (address: string) => Promise<unknown>): Typing => ({
  after: 'redirect_uri=',
  type: async (screen) => {
    await visit(addressOn(screen));
    return '';
  },
});

/** Runs `login --no-browser` with a pipe for stdin, which gets the answer once the address is there. */
export function loginElsewhere(
  { home, env }: Person,
  answer: (address: string) => Promise<string>,
  flags: readonly string[] = [],
): Promise<Result> {
  const child = spawn(process.execPath, [BIN, 'login', '--no-browser', ...flags], { cwd: home, env });
  let shown = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const isShown = addressOn(shown) !== '';
    shown += text;
    if (!isShown && addressOn(shown) !== '') void answer(addressOn(shown)).then((line) => child.stdin.end(`${line}\n`));
  });
  return resultOf(child);
}
