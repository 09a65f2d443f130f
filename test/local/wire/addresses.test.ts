import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeTests, createApp, expectRefusal, startEmulator, useEmulator } from '../emulator.js';

const emulator = useEmulator({
  issuer: 'aws',
  hosts: ['host.docker.internal'],
  origins: ['https://app.example'],
});
const app = beforeTests(() => createApp(emulator));

/** A request with any Host and Origin, which fetch doesn't allow. */
function send(path: string, headers: OutgoingHttpHeaders, method = 'GET') {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const sent = httpRequest(`${emulator.endpoint()}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.on('error', reject).end();
  });
}

const discovery = () => `/${app.UserPoolId}/.well-known/openid-configuration`;

describe('with the issuer of Cognito', () => {
  test('tokens carry it, and are verified with the keys at the local address', async () => {
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${app.UserPoolId}`;
    const { AuthenticationResult } = await app.signIn(await app.addUser());
    const jwks = createRemoteJWKSet(new URL(`${emulator.endpoint()}/${app.UserPoolId}/.well-known/jwks.json`));
    for (const token of [AuthenticationResult?.AccessToken, AuthenticationResult?.IdToken])
      await expect(jwtVerify(token ?? '', jwks, { issuer })).resolves.toBeDefined();
    const { AccessToken } = AuthenticationResult ?? {};
    await expect(app.sdk.getUser({ AccessToken })).resolves.toHaveProperty('Username');
    expect(JSON.parse((await send(discovery(), {})).text)).toHaveProperty('issuer', issuer);
  });

  test('tokens of the other setting are refused', async () => {
    const local = await startEmulator();
    try {
      const other = await createApp(local);
      const { AuthenticationResult } = await other.signIn(await other.addUser());
      const { AccessToken } = AuthenticationResult ?? {};
      await expectRefusal(app.sdk.getUser({ AccessToken }), 'NotAuthorizedException', 'Invalid Access Token');
    } finally {
      await local.stop();
    }
  });
});

describe('the discovery document', () => {
  test.each(['127.0.0.1:1234', 'localhost:1234', 'host.docker.internal:9229'])(
    'has endpoints at the host that it was asked at: %s',
    async (host) => {
      const { status, text } = await send(discovery(), { host });
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({
        jwks_uri: `http://${host}/${app.UserPoolId}/.well-known/jwks.json`,
        authorization_endpoint: `http://${host}/oauth2/authorize`,
        token_endpoint: `http://${host}/oauth2/token`,
        userinfo_endpoint: `http://${host}/oauth2/userInfo`,
        revocation_endpoint: `http://${host}/oauth2/revoke`,
        end_session_endpoint: `http://${host}/logout`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'client_credentials', 'refresh_token'],
        code_challenge_methods_supported: ['S256'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['phone', 'email', 'openid', 'profile'],
      });
    },
  );

  test.each(['docker.internal', 'evil.host.docker.internal', '10.0.2.2'])(
    'is refused at a host that is not allowed: %s',
    async (host) => expect((await send(discovery(), { host })).status).toBe(403),
  );
});

describe('a request that a proxy has passed on', () => {
  test.each([
    ['Forwarded', 'for=192.0.2.1'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Host', 'localhost'],
    ['X-Forwarded-Anything', ''],
    ['Via', '1.1 proxy'],
    ['X-Real-IP', '127.0.0.1'],
  ])('to a name of loopback is refused: it has %s', async (name, value) => {
    const { status, text } = await send(discovery(), { [name]: value });
    expect([status, text]).toStrictEqual([403, expect.stringContaining('without a proxy in between')]);
  });

  test('to a host that is allowed by name is accepted', async () => {
    const headers = { host: 'host.docker.internal', 'x-forwarded-for': '192.0.2.1' };
    expect((await send(discovery(), headers)).status).toBe(200);
  });
});

describe('a page', () => {
  const asks = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-amz-content-sha256,x-amz-date,x-amz-target,amz-sdk-request',
  };

  test.each(['https://app.example', 'http://localhost:5173'])('of %s may use the AWS SDK', async (origin) => {
    const { status, headers } = await send('/', { origin, ...asks }, 'OPTIONS');
    expect([status, headers['access-control-allow-origin']]).toStrictEqual([204, origin]);
    const allowed = headers['access-control-allow-headers']?.split(', ') ?? [];
    for (const name of asks['access-control-request-headers'].split(',')) expect(allowed).toContain(name);
  });

  test.each(['https://app.example.evil', 'http://app.example', 'https://app.example:8443', 'https://other.example'])(
    'of %s may not',
    async (origin) => {
      const { status, headers } = await send('/', { origin, ...asks }, 'OPTIONS');
      expect(status).toBe(403);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );
});
