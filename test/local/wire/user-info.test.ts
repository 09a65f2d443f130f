import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { beforeTests, claimsOf, createApp, createClient, useEmulator } from '../emulator.js';
import { oauthForms } from './oauth-forms.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));
const publicClient = beforeTests(() => createClient(app.sdk, app.UserPoolId, { GenerateSecret: false }));
const { post, signIn } = oauthForms(emulator);
let username: string;

beforeAll(async () => {
  username = await app.addUser({ email: 'ada@example.com', email_verified: 'true', given_name: 'Ada' });
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
    const { accessToken } = await signIn(publicClient, username);
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
    const { accessToken } = await signIn(client, username);
    const response = await ask(`Bearer ${await withScopes(accessToken, 'openid')}`);
    expect(Object.keys((await response.json()) as object).sort()).toStrictEqual(['given_name', 'sub', 'username']);
  });

  test("refuses what Cognito refuses, a sign-in by the API included: its tokens lack the scope 'openid'", async () => {
    const { accessToken, refreshToken } = await signIn(publicClient, username);
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
