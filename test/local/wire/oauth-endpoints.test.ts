import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { beforeTests, claimsOf, createApp, createClient, expectRefusal, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));
const publicClient = beforeTests(() => createClient(app.sdk, app.UserPoolId, { GenerateSecret: false }));
let username: string;

beforeAll(async () => {
  username = await app.addUser({ email: 'ada@example.com', email_verified: 'true', given_name: 'Ada' });
});

async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${emulator.endpoint()}${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
  const text = await response.text();
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
  return { status: response.status, headers: response.headers, text, body };
}

/** Signs in through the client without a secret. */
async function signIn({ ClientId }: App, name = username) {
  const AuthParameters = { USERNAME: name, PASSWORD: 'Passw0rd!' };
  const { AuthenticationResult } = await app.sdk.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters,
  });
  return {
    accessToken: AuthenticationResult?.AccessToken ?? '',
    refreshToken: AuthenticationResult?.RefreshToken ?? '',
  };
}

const refresh = ({ ClientId }: App, refresh_token: string) =>
  post('/oauth2/token', { grant_type: 'refresh_token', client_id: ClientId, refresh_token });

describe('the token endpoint renews', () => {
  test("a public client's tokens without a secret", async () => {
    const { refreshToken } = await signIn(publicClient);
    const { status, body } = await refresh(publicClient, refreshToken);
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      access_token: expect.any(String) as unknown,
      id_token: expect.any(String) as unknown,
      expires_in: 3600,
      token_type: 'Bearer',
    });
    expect(claimsOf(body['access_token'])).toMatchObject({ client_id: publicClient.ClientId, username });
    expect(claimsOf(body['id_token'])).toMatchObject({ aud: publicClient.ClientId, email: 'ada@example.com' });
  });

  test("a confidential client's tokens with its secret", async () => {
    const { AuthenticationResult } = await app.signIn(username);
    const form = { grant_type: 'refresh_token', refresh_token: AuthenticationResult?.RefreshToken ?? '' };
    const credentials = Buffer.from(`${app.ClientId}:${app.clientSecret}`).toString('base64');
    const { status } = await post('/oauth2/token', form, { authorization: `Basic ${credentials}` });
    expect(status).toBe(200);
    const withoutSecret = await post('/oauth2/token', { ...form, client_id: app.ClientId });
    expect([withoutSecret.status, withoutSecret.body['error']]).toStrictEqual([400, 'invalid_client']);
  });

  test('nothing for a token that is unknown, of another client, or revoked', async () => {
    const { refreshToken } = await signIn(publicClient);
    const other = await createClient(app.sdk, app.UserPoolId, { GenerateSecret: false });
    expect((await refresh(other, refreshToken)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(publicClient, `${refreshToken}x`)).body).toMatchObject({ error: 'invalid_grant' });
    await app.sdk.revokeToken({ Token: refreshToken, ClientId: publicClient.ClientId });
    expect(await refresh(publicClient, refreshToken)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(publicClient, '')).body).toMatchObject({ error: 'invalid_request' });
  });

  test('nothing for a client that may not refresh', async () => {
    const client = await createClient(app.sdk, app.UserPoolId, {
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    });
    const { refreshToken } = await signIn(client);
    expect((await refresh(client, refreshToken)).body).toMatchObject({ error: 'unauthorized_client' });
  });

  test('no machine: a public client has no client_credentials', async () => {
    const form = { grant_type: 'client_credentials', client_id: publicClient.ClientId };
    expect(await post('/oauth2/token', form)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
  });
});

describe('rotation', () => {
  const rotating = (RetryGracePeriodSeconds: number) =>
    createClient(app.sdk, app.UserPoolId, {
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
    });
  const renew = async ({ sdk, ClientId }: App, RefreshToken: string) =>
    (await sdk.getTokensFromRefreshToken({ ClientId, RefreshToken })).AuthenticationResult?.RefreshToken ?? '';

  test('replaces the refresh token each time, by the API and at the token endpoint', async () => {
    const client = await rotating(0);
    const { refreshToken } = await signIn(client);
    const second = await renew(client, refreshToken);
    const { body } = await refresh(client, second);
    const third = body['refresh_token'] ?? '';
    expect(new Set([refreshToken, second, third]).size).toBe(3);
    await expectRefusal(renew(client, refreshToken), 'RefreshTokenReuseException');
    expect((await refresh(client, second)).body).toMatchObject({ error: 'invalid_grant' });
    await emulator.restart();
    await expect(renew(client, third)).resolves.toEqual(expect.any(String));
  });

  test('accepts the replaced token within the grace period, and gives a retry the same successor', async () => {
    const client = await rotating(30);
    const { refreshToken } = await signIn(client);
    const successors = await Promise.all([renew(client, refreshToken), renew(client, refreshToken)]);
    expect(successors[0]).toBe(successors[1]);
    emulator.pass({ seconds: 29 });
    expect(await renew(client, refreshToken)).toBe(successors[0]);
    emulator.pass({ seconds: 1 });
    await expectRefusal(renew(client, refreshToken), 'RefreshTokenReuseException');
    await expect(renew(client, successors[0] ?? '')).resolves.toEqual(expect.any(String));
  });

  test('does not prolong the session, and ends with it', async () => {
    const client = await rotating(60);
    const { refreshToken } = await signIn(client);
    emulator.pass({ days: 29 });
    const second = await renew(client, refreshToken);
    emulator.pass({ days: 1 });
    await expectRefusal(renew(client, second), 'NotAuthorizedException', 'expired');
    const again = await signIn(client);
    const successor = await renew(client, again.refreshToken);
    await post('/oauth2/revoke', { token: again.refreshToken, client_id: client.ClientId });
    await expectRefusal(renew(client, successor), 'NotAuthorizedException', 'revoked');
  });

  test('excludes REFRESH_TOKEN_AUTH', async () => {
    const client = await rotating(0);
    const { refreshToken } = await signIn(client);
    await expectRefusal(client.refresh(refreshToken, username), 'InvalidParameterException', 'not enabled');
  });
});

describe('revocation', () => {
  const revoke = (form: Record<string, string>) => post('/oauth2/revoke', form);

  test('ends the session of a refresh token, and answers with nothing, twice', async () => {
    const { accessToken, refreshToken } = await signIn(publicClient);
    const form = { token: refreshToken, client_id: publicClient.ClientId };
    for (const answer of [await revoke(form), await revoke(form)])
      expect([answer.status, answer.text]).toStrictEqual([200, '']);
    await expectRefusal(app.sdk.getUser({ AccessToken: accessToken }), 'NotAuthorizedException', 'revoked');
    await emulator.restart();
    expect((await refresh(publicClient, refreshToken)).body).toMatchObject({ error: 'invalid_grant' });
  });

  test('is refused by name', async () => {
    const { accessToken, refreshToken } = await signIn(publicClient);
    const irrevocable = await createClient(app.sdk, app.UserPoolId, {
      GenerateSecret: false,
      EnableTokenRevocation: false,
    });
    const client_id = publicClient.ClientId;
    const refusals: [Record<string, string>, string][] = [
      [{ client_id }, 'invalid_request'],
      [{ client_id, token: accessToken }, 'unsupported_token_type'],
      [{ client_id: 'unknown', token: refreshToken }, 'invalid_client'],
      [{ client_id: irrevocable.ClientId, token: refreshToken }, 'invalid_request'],
    ];
    for (const [form, error] of refusals) expect(await revoke(form)).toMatchObject({ status: 400, body: { error } });
  });
});

describe('userInfo', () => {
  const ask = (authorization?: string) =>
    fetch(`${emulator.endpoint()}/oauth2/userInfo`, { headers: authorization ? { authorization } : {} });

  /** The same token with other scopes, as managed login would issue it: signed with the pool's own key. */
  async function withScopes(accessToken: string, scope: string) {
    const [, state = ''] = (await readFile(`${emulator.dir}/cognito.json`, 'utf8')).split('\n');
    const { pools } = JSON.parse(state) as {
      pools: { $map: [string, { keys: { access: { kid: string; privateKey: string } } }][] };
    };
    const { kid, privateKey } = new Map(pools.$map).get(app.UserPoolId)?.keys.access ?? { kid: '', privateKey: '' };
    return new SignJWT({ ...claimsOf(accessToken), scope })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(createPrivateKey(privateKey));
  }

  test.each([
    ['openid', ['email', 'email_verified', 'given_name', 'sub', 'username']],
    ['openid email', ['email', 'email_verified', 'sub', 'username']],
    ['profile openid', ['given_name', 'sub', 'username']],
  ])('describes the user of a token with the scopes %s', async (scope, members) => {
    const { accessToken } = await signIn(publicClient);
    const response = await ask(`Bearer ${await withScopes(accessToken, scope)}`);
    const body = (await response.json()) as Record<string, unknown>;
    expect(Object.keys(body).sort()).toStrictEqual(members);
    expect(body).toMatchObject({ sub: claimsOf(accessToken)['sub'], username });
  });

  test('describes only attributes that the client may read', async () => {
    const client = await createClient(app.sdk, app.UserPoolId, {
      GenerateSecret: false,
      ReadAttributes: ['given_name'],
    });
    const { accessToken } = await signIn(client);
    const response = await ask(`Bearer ${await withScopes(accessToken, 'openid')}`);
    expect(Object.keys((await response.json()) as object).sort()).toStrictEqual(['given_name', 'sub', 'username']);
  });

  test("refuses what Cognito refuses, a sign-in by the API included: its tokens lack the scope 'openid'", async () => {
    const { accessToken, refreshToken } = await signIn(publicClient);
    const openid = await withScopes(accessToken, 'openid');
    const tampered = `${openid.slice(0, -8)}AAAAAAAA`;
    for (const token of [accessToken, tampered]) {
      const refused = await ask(`Bearer ${token}`);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", error_description="/u);
    }
    const bare = await ask();
    expect(bare.status).toBe(400);
    expect(bare.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"',
    );
    await post('/oauth2/revoke', { token: refreshToken, client_id: publicClient.ClientId });
    expect((await ask(`Bearer ${openid}`)).status).toBe(401);
  });
});
