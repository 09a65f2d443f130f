import { beforeAll, describe, expect, test } from '@jest/globals';
import { beforeTests, claimsOf, createApp, createClient, expectRefusal, useEmulator, type App } from '../emulator.js';
import { oauthForms } from './oauth-forms.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));
const publicClient = beforeTests(() => createClient(app.sdk, app.UserPoolId, { GenerateSecret: false }));
const { post, signIn } = oauthForms(emulator);
let username: string;

beforeAll(async () => {
  username = await app.addUser({ email: 'ada@example.com', email_verified: 'true', given_name: 'Ada' });
});

const refresh = ({ ClientId }: App, refresh_token: string) =>
  post('/oauth2/token', { grant_type: 'refresh_token', client_id: ClientId, refresh_token });

describe('the token endpoint renews', () => {
  test("a public client's tokens without a secret", async () => {
    const { refreshToken } = await signIn(publicClient, username);
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
    const { refreshToken } = await signIn(publicClient, username);
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
    const { refreshToken } = await signIn(client, username);
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
    const { refreshToken } = await signIn(client, username);
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
    const { refreshToken } = await signIn(client, username);
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
    const { refreshToken } = await signIn(client, username);
    emulator.pass({ days: 29 });
    const second = await renew(client, refreshToken);
    emulator.pass({ days: 1 });
    await expectRefusal(renew(client, second), 'NotAuthorizedException', 'expired');
    const again = await signIn(client, username);
    const successor = await renew(client, again.refreshToken);
    await post('/oauth2/revoke', { token: again.refreshToken, client_id: client.ClientId });
    await expectRefusal(renew(client, successor), 'NotAuthorizedException', 'revoked');
  });

  test('excludes REFRESH_TOKEN_AUTH', async () => {
    const client = await rotating(0);
    const { refreshToken } = await signIn(client, username);
    await expectRefusal(client.refresh(refreshToken, username), 'InvalidParameterException', 'not enabled');
  });
});

describe('revocation', () => {
  const revoke = (form: Record<string, string>) => post('/oauth2/revoke', form);

  test('ends the session of a refresh token, and answers with nothing, twice', async () => {
    const { accessToken, refreshToken } = await signIn(publicClient, username);
    const form = { token: refreshToken, client_id: publicClient.ClientId };
    for (const answer of [await revoke(form), await revoke(form)])
      expect([answer.status, answer.text]).toStrictEqual([200, '']);
    await expectRefusal(app.sdk.getUser({ AccessToken: accessToken }), 'NotAuthorizedException', 'revoked');
    await emulator.restart();
    expect((await refresh(publicClient, refreshToken)).body).toMatchObject({ error: 'invalid_grant' });
  });

  test('is refused by name', async () => {
    const { accessToken, refreshToken } = await signIn(publicClient, username);
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
