import { beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { beforeTests, claimsOf, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator, { AliasAttributes: ['preferred_username'] }));
let issuer: string;

beforeAll(async () => {
  issuer = `${emulator.endpoint()}/${app.UserPoolId}`;
});

async function fetchJson(url: string) {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  const body: Record<string, unknown> = JSON.parse(await answer.text());
  return body;
}
const servedKeys = async () => (await fetchJson(`${issuer}/.well-known/jwks.json`)) as unknown as JSONWebKeySet;

describe('the tokens of a sign-in', () => {
  const attributes = { email: 'a@example.com', email_verified: 'true', preferred_username: 'Ada' };

  test('verify with the served keys and hold the claims of Cognito', async () => {
    const username = await app.addUser(attributes);
    const { AuthenticationResult: tokens } = await app.signIn(username);
    const keys = createLocalJWKSet(await servedKeys());
    const { payload: id } = await jwtVerify(tokens?.IdToken ?? '', keys, { issuer, audience: app.ClientId });
    const { payload: access } = await jwtVerify(tokens?.AccessToken ?? '', keys, { issuer });
    const text = expect.any(String) as unknown;
    const number = expect.any(Number) as unknown;
    const shared = { sub: text, iss: issuer, event_id: text, origin_jti: text, jti: text };
    const times = { auth_time: number, iat: number, exp: number };
    expect(id).toStrictEqual({
      ...shared,
      ...times,
      ...attributes,
      email_verified: true,
      'cognito:username': username,
      aud: app.ClientId,
      token_use: 'id',
    });
    expect(access).toStrictEqual({
      ...shared,
      ...times,
      username,
      client_id: app.ClientId,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
    });
    expect([id.sub, id['origin_jti'], id['event_id']]).toStrictEqual([
      access.sub,
      access['origin_jti'],
      access['event_id'],
    ]);
    expect(id.jti).not.toBe(access.jti);
  });

  test('are signed with two different keys of 2048 bits', async () => {
    const { AuthenticationResult: tokens } = await app.signIn(await app.addUser());
    const kids = [tokens?.IdToken, tokens?.AccessToken].map((token) => decodeProtectedHeader(token ?? ''));
    const { keys } = await servedKeys();
    expect(kids).toStrictEqual(keys.map(({ kid }) => ({ kid, alg: 'RS256' })));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(2);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', e: 'AQAB' });
      expect(Buffer.from(key.n ?? '', 'base64url')).toHaveLength(256);
      expect(key).not.toHaveProperty('d');
    }
  });

  test('keep sign-in time and origin when they are refreshed, with a new issue time', async () => {
    const username = await app.addUser();
    const { AuthenticationResult: first } = await app.signIn(username);
    emulator.pass({ minutes: 30 });
    const { AuthenticationResult: second } = await app.refresh(first?.RefreshToken, username);
    const [before, after] = [claimsOf(first?.AccessToken), claimsOf(second?.AccessToken)];
    expect(after).toMatchObject({ auth_time: before['auth_time'], origin_jti: before['origin_jti'] });
    expect(Number(after['iat']) - Number(before['iat'])).toBe(1800);
  });

  test('hold the internal user name when the user signs in with the preferred one, in any case', async () => {
    const username = await app.addUser({ preferred_username: 'Grace' });
    const { AuthenticationResult: tokens } = await app.signIn('gRACE');
    expect(claimsOf(tokens?.AccessToken)).toMatchObject({ username });
    await expect(app.refresh(tokens?.RefreshToken, username)).resolves.toHaveProperty('AuthenticationResult.IdToken');
  });

  test('hold only the attributes that the client may read', async () => {
    const narrow = await createClient(app.sdk, app.UserPoolId, { ReadAttributes: ['email'] });
    const { AuthenticationResult } = await narrow.signIn(await app.addUser({ email: 'b@example.com', name: 'B' }));
    expect(claimsOf(AuthenticationResult?.IdToken)).toHaveProperty('email', 'b@example.com');
    expect(claimsOf(AuthenticationResult?.IdToken)).not.toHaveProperty('name');
  });

  test('have no origin and can not be revoked when the client has revocation off', async () => {
    const plain = await createClient(app.sdk, app.UserPoolId, { EnableTokenRevocation: false });
    const { AuthenticationResult: tokens } = await plain.signIn(await app.addUser());
    expect(claimsOf(tokens?.AccessToken)).not.toHaveProperty('origin_jti');
    await expectRefusal(
      plain.sdk.revokeToken({
        ClientId: plain.ClientId,
        ClientSecret: plain.clientSecret,
        Token: tokens?.RefreshToken,
      }),
      'UnsupportedOperationException',
    );
  });
});

describe('the lifetime of tokens', () => {
  const lifetimeOf = (token: string | undefined) => Number(claimsOf(token)['exp']) - Number(claimsOf(token)['iat']);

  test('is one hour for access and ID tokens, and 30 days for refresh tokens', async () => {
    const username = await app.addUser();
    const { AuthenticationResult: tokens } = await app.signIn(username);
    expect([lifetimeOf(tokens?.AccessToken), lifetimeOf(tokens?.IdToken), tokens?.ExpiresIn]).toStrictEqual([
      3600, 3600, 3600,
    ]);
    emulator.pass({ days: 30, seconds: -1 });
    await expect(app.refresh(tokens?.RefreshToken, username)).resolves.toHaveProperty('AuthenticationResult');
    emulator.pass({ seconds: 1 });
    await expectRefusal(
      app.refresh(tokens?.RefreshToken, username),
      'NotAuthorizedException',
      'Refresh Token has expired',
    );
  });

  test('is what the client sets, in its units', async () => {
    const short = await createClient(app.sdk, app.UserPoolId, {
      AccessTokenValidity: 300,
      IdTokenValidity: 10,
      RefreshTokenValidity: 2,
      TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'minutes', RefreshToken: 'hours' },
    });
    const username = await app.addUser();
    const { AuthenticationResult: tokens } = await short.signIn(username);
    expect([lifetimeOf(tokens?.AccessToken), lifetimeOf(tokens?.IdToken), tokens?.ExpiresIn]).toStrictEqual([
      300, 600, 300,
    ]);
    emulator.pass({ minutes: 5 });
    await expectRefusal(
      app.sdk.getUser({ AccessToken: tokens?.AccessToken }),
      'NotAuthorizedException',
      'Access Token has expired',
    );
    emulator.pass({ minutes: 115 });
    await expectRefusal(short.refresh(tokens?.RefreshToken, username), 'NotAuthorizedException', 'expired');
  });

  test.each([
    ['an access token of 4 minutes', { AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: 'minutes' } }],
    ['an ID token of 25 hours', { IdTokenValidity: 25 }],
    ['a refresh token of half an hour', { RefreshTokenValidity: 30, TokenValidityUnits: { RefreshToken: 'minutes' } }],
  ] as const)('is refused out of range: %s', async (_name, settings) => {
    await expectRefusal(createClient(app.sdk, app.UserPoolId, settings), 'InvalidParameterException', 'token validity');
  });
});

describe('GetUser', () => {
  test('refuses anything but an access token of this emulator', async () => {
    const { AuthenticationResult: tokens } = await app.signIn(await app.addUser());
    const [header, payload, signature = ''] = tokens?.AccessToken?.split('.') ?? [];
    const forged = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const AccessToken of [tokens?.IdToken, forged, unsigned, 'x', 'a.b.c', tokens?.RefreshToken])
      await expectRefusal(app.sdk.getUser({ AccessToken }), 'NotAuthorizedException', 'Invalid Access Token');
  });
});

describe('the documents of a pool', () => {
  test('hold the addresses of its keys and tokens', async () => {
    expect(await fetchJson(`${issuer}/.well-known/openid-configuration`)).toMatchObject({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      token_endpoint: `${emulator.endpoint()}/oauth2/token`,
    });
  });

  test('do not exist for an unknown pool', async () => {
    const answer = await fetch(`${emulator.endpoint()}/us-east-1_nowhere00/.well-known/jwks.json`);
    expect(answer.status).toBe(404);
  });
});
