import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, expectRefusal, useEmulator } from '../emulator.js';
import {
  anotherLoginClient,
  askForTokens,
  authorizePath,
  codeGrant,
  createLoginApp,
  exchangeOf,
  newCode,
  openBrowser,
  pkce,
  signInAt,
  type TokenAnswer,
} from './browser.js';

const emulator = useEmulator();
const app = beforeTests(() => createLoginApp(emulator));
let username: string;

beforeAll(async () => {
  username = await app.addUser();
});

const codeOf = () => newCode(emulator, app, username);
const ask = (form: Record<string, string | undefined>) => askForTokens(emulator, form);

/** A code of a request without a challenge. */
async function codeWithoutChallenge() {
  const { location } = await signInAt(openBrowser(emulator.endpoint), authorizePath(app), username);
  return location.searchParams.get('code') ?? '';
}

type Attack = () => Promise<TokenAnswer>;

/** Each asks for tokens with a code that was issued; the error is RFC 6749's. */
const attacks: Record<string, [error: string, attack: Attack]> = {
  'code injection: the code of another sign-in, with the own verifier': [
    'invalid_grant',
    async () => ask({ ...exchangeOf(app, await codeOf()), code_verifier: pkce().verifier }),
  ],
  'a code without its verifier': [
    'invalid_grant',
    async () => ask({ ...exchangeOf(app, await codeOf()), code_verifier: undefined }),
  ],
  'an empty verifier': ['invalid_grant', async () => ask({ ...exchangeOf(app, await codeOf()), code_verifier: '' })],
  'the challenge in place of the verifier': [
    'invalid_grant',
    async () => {
      const { verifier, challenge } = pkce();
      const path = authorizePath(app, { code_challenge: challenge, code_challenge_method: 'S256' });
      const { location } = await signInAt(openBrowser(emulator.endpoint), path, username);
      const code = location.searchParams.get('code') ?? '';
      const refused = await ask(exchangeOf(app, { code, verifier: challenge }));
      expect((await ask(exchangeOf(app, { code, verifier }))).status).toBe(200);
      return refused;
    },
  ],
  'PKCE downgrade: the challenge was removed from the request, the verifier is sent': [
    'invalid_grant',
    async () => ask(exchangeOf(app, { code: await codeWithoutChallenge(), verifier: pkce().verifier })),
  ],
  'a code of another client of the pool': [
    'invalid_grant',
    async () => ask({ ...exchangeOf(app, await codeOf()), client_id: (await anotherLoginClient(app)).ClientId }),
  ],
  'mix-up: a code of one pool at the client of another': [
    'invalid_grant',
    async () => ask(exchangeOf(await createLoginApp(emulator), await codeOf())),
  ],
  'another redirect address than that of the request': [
    'invalid_grant',
    async () => ask({ ...exchangeOf(app, await codeOf()), redirect_uri: 'http://localhost:3000/other' }),
  ],
  'no redirect address': [
    'invalid_request',
    async () => ask({ ...exchangeOf(app, await codeOf()), redirect_uri: undefined }),
  ],
  'a code that nobody was given': [
    'invalid_grant',
    async () => ask({ ...exchangeOf(app, await codeOf()), code: '00000000-0000-0000-0000-000000000000' }),
  ],
  'a client whose code grant was taken away since': [
    'unauthorized_client',
    async () => {
      const client = await anotherLoginClient(app);
      const code = await newCode(emulator, client, username);
      const { UserPoolId, ClientId } = client;
      await app.sdk.updateUserPoolClient({ UserPoolId, ClientId, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
      return ask(exchangeOf(client, code));
    },
  ],
  'a code of a user who was disabled since': [
    'invalid_grant',
    async () => {
      const user = { UserPoolId: app.UserPoolId, Username: await app.addUser() };
      const code = await newCode(emulator, app, user.Username);
      await app.sdk.adminDisableUser(user);
      return ask(exchangeOf(app, code));
    },
  ],
};

test.each(Object.keys(attacks))('no tokens for %s', async (name) => {
  const [error, attack] = attacks[name] ?? [];
  expect(await attack?.()).toStrictEqual({
    status: 400,
    body: { error, error_description: expect.any(String) as unknown },
  });
});

test('a code is good for 5 minutes', async () => {
  const [first, second] = [await codeOf(), await codeOf()];
  emulator.pass({ minutes: 4, seconds: 59 });
  expect((await ask(exchangeOf(app, first))).status).toBe(200);
  emulator.pass({ seconds: 1 });
  expect(await ask(exchangeOf(app, second))).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

describe('a code that is presented twice', () => {
  const refreshOf = ({ body }: TokenAnswer) =>
    ask({ grant_type: 'refresh_token', client_id: app.ClientId, refresh_token: body['refresh_token'] });

  test('gives nothing, and ends what was issued for it: access token at the API and userInfo, and refresh token', async () => {
    const form = exchangeOf(app, await codeOf());
    const issued = await ask(form);
    expect((await refreshOf(issued)).status).toBe(200);
    await emulator.restart();
    expect(await ask(form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await refreshOf(issued)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const AccessToken = issued.body['access_token'];
    await expectRefusal(app.sdk.getUser({ AccessToken }), 'NotAuthorizedException', 'revoked');
    const headers = { authorization: `Bearer ${AccessToken}` };
    expect((await fetch(`${emulator.endpoint()}/oauth2/userInfo`, { headers })).status).toBe(401);
  });

  test('leaves other sessions of the user as they are', async () => {
    const other = await ask(exchangeOf(app, await codeOf()));
    const form = exchangeOf(app, await codeOf());
    await ask(form);
    await ask(form);
    expect((await refreshOf(other)).status).toBe(200);
  });

  test('at the same time, gives no tokens that are valid', async () => {
    const form = exchangeOf(app, await codeOf());
    const answers = await Promise.all([ask(form), ask(form), ask(form)]);
    const issued = answers.filter(({ status }) => status === 200);
    expect(issued).toHaveLength(1);
    expect(await Promise.all(issued.map(refreshOf))).toMatchObject([{ status: 400, body: { error: 'invalid_grant' } }]);
  });

  test('without its verifier, by somebody who has seen it, ends nothing', async () => {
    const form = exchangeOf(app, await codeOf());
    const issued = await ask(form);
    expect(await ask({ ...form, code_verifier: pkce().verifier })).toMatchObject({ body: { error: 'invalid_grant' } });
    expect((await refreshOf(issued)).status).toBe(200);
  });
});

/** A wrong request of a known client for a registered address: the error goes there, with the state. */
test.each([
  ['no response type', 'invalid_request', { response_type: undefined }],
  ['the implicit grant', 'unsupported_response_type', { response_type: 'token' }],
  ['PKCE downgrade: the method plain', 'invalid_request', { code_challenge: 'x', code_challenge_method: 'plain' }],
  ['PKCE downgrade: a challenge without its method', 'invalid_request', { code_challenge: pkce().challenge }],
  ['a method without a challenge', 'invalid_request', { code_challenge_method: 'S256' }],
  ['a short challenge', 'invalid_request', { code_challenge: 'x', code_challenge_method: 'S256' }],
  ["a scope that isn't the client's", 'invalid_scope', { scope: 'openid phone' }],
  ['a scope that does not exist', 'invalid_scope', { scope: 'openid admin' }],
  ['email without openid', 'invalid_scope', { scope: 'email' }],
  ['an unknown prompt', 'invalid_request', { prompt: 'maybe' }],
  ['prompt none with another', 'invalid_request', { prompt: 'none login' }],
  ['a resource off TLS', 'invalid_target', { resource: 'http://api.example/' }],
  ['a resource that is no URI', 'invalid_target', { resource: 'orders' }],
  ['a resource with a fragment', 'invalid_target', { resource: 'https://api.example/#x' }],
  ['another identity provider', 'invalid_request', { identity_provider: 'Google' }],
])('%s is refused as %s, at the sign-in page as well', async (_name, error, changes) => {
  for (const path of ['/oauth2/authorize', '/login']) {
    const browser = openBrowser(emulator.endpoint);
    const { status, location } = await browser.get(authorizePath(app, changes).replace('/oauth2/authorize', path));
    expect([status, location.pathname, location.searchParams.get('error')]).toStrictEqual([303, '/callback', error]);
    expect(location.searchParams.get('error_description')).toMatch(/\.$/u);
    expect(location.searchParams.get('state')).toBe('st&te=1');
  }
});

test('a client that may not use the code grant is refused as unauthorized_client', async () => {
  const client = await anotherLoginClient(app, {
    AllowedOAuthFlowsUserPoolClient: false,
    AllowedOAuthFlows: codeGrant.AllowedOAuthFlows,
  });
  const { location } = await openBrowser(emulator.endpoint).get(authorizePath(client));
  expect(location.searchParams.get('error')).toBe('unauthorized_client');
});
