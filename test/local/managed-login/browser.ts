import { createHash, randomBytes } from 'node:crypto';
import type {
  CognitoIdentityProvider,
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import { createApp, createClient, PASSWORD, type App, type Emulator } from '../emulator.js';

export const CALLBACK = 'http://localhost:3000/callback';
export const LOGOUT = 'http://localhost:3000/';

/** What a client needs in order to sign people in by managed login. */
export const codeGrant = {
  GenerateSecret: false,
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: [CALLBACK],
  LogoutURLs: [LOGOUT],
} satisfies Partial<CreateUserPoolClientRequest>;

export const createLoginApp = (emulator: Emulator, pool: Partial<CreateUserPoolRequest> = {}): Promise<App> =>
  createApp(emulator, pool, codeGrant);

export const anotherLoginClient = (app: App, settings: Partial<CreateUserPoolClientRequest> = {}): Promise<App> =>
  createClient(app.sdk, app.UserPoolId, { ...codeGrant, ...settings });

/** Lets managed login of a client return to a page as well, after signing in with a code and after signing out. */
export async function allowPage(
  sdk: CognitoIdentityProvider,
  client: { UserPoolId: string; ClientId: string },
  page: string,
): Promise<void> {
  const { UserPoolClient } = await sdk.describeUserPoolClient(client);
  const { CallbackURLs = [], LogoutURLs = [] } = UserPoolClient ?? {};
  const { GenerateSecret: _, ...grant } = codeGrant;
  await sdk.updateUserPoolClient({
    ...UserPoolClient,
    ...grant,
    ...client,
    CallbackURLs: [...CallbackURLs, page],
    LogoutURLs: [...LogoutURLs, page],
  });
}

export interface Answer {
  status: number;
  headers: Headers;
  html: string;
  /** Where it redirects to, resolved against the request's address. */
  location: URL;
  cookies: string[];
}

export interface BrowserLike {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends the page's first form, hidden fields included. */
  submit(answer: Answer, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
}

/** Keeps cookies and sends forms as a browser without script does, and shows each redirect. */
export function openBrowser(endpoint: () => string): BrowserLike {
  const cookies = new Map<string, string>();
  const keep = (line: string) => {
    const [pair = ''] = line.split(';', 1);
    const [name = '', value = ''] = pair.split('=', 2);
    if (line.includes('Max-Age=0')) cookies.delete(name);
    else cookies.set(name, value);
  };
  async function send(path: string, given: Record<string, string>, init: RequestInit = {}): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const address = new URL(path, endpoint());
    const headers = { ...given, ...(cookie !== '' && { cookie }) };
    const response = await fetch(address, { ...init, headers, redirect: 'manual' });
    const set = response.headers.getSetCookie();
    for (const line of set) keep(line);
    const location = new URL(response.headers.get('location') ?? 'none:', address);
    return { status: response.status, headers: response.headers, html: await response.text(), location, cookies: set };
  }
  const browser: BrowserLike = {
    cookies,
    get: (path, headers = {}) => send(path, headers),
    post: (path, fields, headers = {}) =>
      send(path, { origin: endpoint(), ...headers }, { method: 'POST', body: new URLSearchParams(fields) }),
    submit: ({ html }, fields, headers) => {
      const [, action = ''] = /<form method="post" action="(?<action>[^"]*)"/u.exec(html) ?? [];
      const hidden = [...html.matchAll(/<input\s+type="hidden"\s+name="(?<name>[^"]*)"\s+value="(?<value>[^"]*)"/gu)];
      const given = hidden.map(([, name = '', value = '']) => [name, unescape(value)]);
      return browser.post(unescape(action), { ...Object.fromEntries(given), ...fields }, headers);
    },
  };
  return browser;
}

const unescape = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** A PKCE verifier and its challenge (RFC 7636 section 4). */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The parameters of an authorization request; those given as undefined are left out. */
export function authorizePath({ ClientId }: App, changes: Record<string, string | undefined> = {}): string {
  const all = { response_type: 'code', client_id: ClientId, redirect_uri: CALLBACK, state: 'st&te=1', ...changes };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/oauth2/authorize?${new URLSearchParams(given).toString()}`;
}

/** Signs in with user name and password; resolves to what follows them. */
export async function signInAt(
  browser: BrowserLike,
  path: string,
  username: string,
  password = PASSWORD,
): Promise<Answer> {
  const { location } = await browser.get(path);
  return browser.submit(await browser.get(`${location.pathname}${location.search}`), { username, password });
}

/** Signs in in a browser of its own, with PKCE; resolves to the code and its verifier. */
export async function newCode(emulator: Emulator, app: App, username: string, changes: Record<string, string> = {}) {
  const { verifier, challenge } = pkce();
  const path = authorizePath(app, { code_challenge: challenge, code_challenge_method: 'S256', ...changes });
  const { location } = await signInAt(openBrowser(emulator.endpoint), path, username);
  return { code: location.searchParams.get('code') ?? '', verifier };
}

export interface TokenAnswer {
  status: number;
  body: Record<string, string>;
}

/** Asks the token endpoint. */
export async function askForTokens(emulator: Emulator, form: Record<string, string | undefined>): Promise<TokenAnswer> {
  const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(`${emulator.endpoint()}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(given),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** The form of a code's exchange. */
export const exchangeOf = ({ ClientId }: App, { code, verifier }: { code: string; verifier: string }) => ({
  grant_type: 'authorization_code',
  client_id: ClientId,
  code,
  redirect_uri: CALLBACK,
  code_verifier: verifier,
});
