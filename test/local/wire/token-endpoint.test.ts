import { beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator, type App } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));
let machine: App;

const scopes = ['fixture-api/items.write', 'fixture-api/items.read'];
const grant = {
  AllowedOAuthFlows: ['client_credentials'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthScopes: scopes,
} as const;

beforeAll(async () => {
  await app.sdk.createResourceServer({
    UserPoolId: app.UserPoolId,
    Identifier: 'fixture-api',
    Name: 'Fixture API',
    Scopes: ['items.write', 'items.read'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName })),
  });
  machine = await createClient(app.sdk, app.UserPoolId, { ...grant, AllowedOAuthFlows: [...grant.AllowedOAuthFlows] });
});

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

async function ask(form: Record<string, string> | string, authorization?: string) {
  const answer = await fetch(`${emulator.endpoint()}/oauth2/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization !== undefined && { authorization }),
    },
    body: new URLSearchParams(form).toString(),
  });
  const body: Record<string, unknown> = JSON.parse(await answer.text());
  return { status: answer.status, headers: answer.headers, body };
}

const grant_type = 'client_credentials';
const credentials = () => ({ client_id: machine.ClientId, client_secret: machine.clientSecret });

describe('a machine client', () => {
  test.each(['client_secret_basic', 'client_secret_post'])('gets an access token by %s', async (method) => {
    const { status, headers, body } =
      method === 'client_secret_basic'
        ? await ask({ grant_type }, basic(machine.ClientId, machine.clientSecret))
        : await ask({ grant_type, ...credentials() });
    expect([status, headers.get('cache-control')]).toStrictEqual([200, 'no-store']);
    expect(body).toStrictEqual({ access_token: expect.any(String) as unknown, expires_in: 3600, token_type: 'Bearer' });
    const issuer = `${emulator.endpoint()}/${app.UserPoolId}`;
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(String(body['access_token']), keys, { issuer });
    expect(payload).toMatchObject({
      sub: machine.ClientId,
      client_id: machine.ClientId,
      token_use: 'access',
      scope: scopes.join(' '),
    });
    expect(payload).not.toHaveProperty('username');
  });

  test('gets only the scope that it requests', async () => {
    const { body } = await ask({ grant_type, scope: 'fixture-api/items.read', ...credentials() });
    const [, payload = ''] = String(body['access_token']).split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ scope: 'fixture-api/items.read' });
  });

  test('can not call GetUser with its token', async () => {
    const { body } = await ask({ grant_type, ...credentials() });
    await expectRefusal(
      app.sdk.getUser({ AccessToken: String(body['access_token']) }),
      'NotAuthorizedException',
      'required scopes',
    );
  });
});

describe('the token endpoint refuses', () => {
  const refusals: Record<string, [status: number, error: string, work: () => ReturnType<typeof ask>]> = {
    'no client': [400, 'invalid_client', () => ask({ grant_type })],
    'an unknown client': [400, 'invalid_client', () => ask({ grant_type, ...credentials(), client_id: 'unknown' })],
    'a wrong secret': [400, 'invalid_client', () => ask({ grant_type, ...credentials(), client_secret: 'wrong' })],
    'a wrong secret in the header': [400, 'invalid_client', () => ask({ grant_type }, basic(machine.ClientId, 'x'))],
    'a malformed header': [400, 'invalid_client', () => ask({ grant_type }, 'Basic !!')],
    'a client that authenticates in two ways': [
      400,
      'invalid_request',
      () => ask({ grant_type, ...credentials() }, basic(machine.ClientId, machine.clientSecret)),
    ],
    'no grant type': [400, 'invalid_request', () => ask(credentials())],
    'a repeated parameter': [400, 'invalid_request', () => ask('grant_type=client_credentials&grant_type=x')],
    'another grant type': [400, 'unsupported_grant_type', () => ask({ grant_type: 'password', ...credentials() })],
    'the code grant for a client of machines': [
      400,
      'unauthorized_client',
      () => ask({ grant_type: 'authorization_code', code: 'x', ...credentials() }),
    ],
    'a scope that the client lacks': [400, 'invalid_scope', () => ask({ grant_type, scope: 'a/b', ...credentials() })],
    'a client without the grant': [
      400,
      'unauthorized_client',
      () => ask({ grant_type, client_id: app.ClientId, client_secret: app.clientSecret }),
    ],
  };

  test.each(Object.keys(refusals))('%s', async (name) => {
    const [status, error, work] = refusals[name] ?? [];
    const answer = await work?.();
    expect(answer).toMatchObject({ status, body: { error } });
    expect(answer?.body).toStrictEqual({ error, error_description: expect.any(String) as unknown });
  });
});

describe('a machine client can not be created', () => {
  test('with a scope that no resource server has', async () => {
    await expectRefusal(
      createClient(app.sdk, app.UserPoolId, { AllowedOAuthScopes: ['fixture-api/items.burn'] }),
      'ScopeDoesNotExistException',
      'fixture-api/items.burn',
    );
  });

  test.each([
    ['without a secret', { AllowedOAuthFlows: ['client_credentials'], GenerateSecret: false }],
    ['together with another flow', { AllowedOAuthFlows: ['client_credentials', 'code'] }],
  ] as const)('%s', async (_name, { AllowedOAuthFlows, ...settings }) => {
    await expectRefusal(
      createClient(app.sdk, app.UserPoolId, { ...settings, AllowedOAuthFlows: [...AllowedOAuthFlows] }),
      'InvalidOAuthFlowException',
    );
  });
});

describe('an update', () => {
  test('replaces the scopes of a resource server', async () => {
    const { sdk, UserPoolId } = await createApp(emulator);
    const server = { UserPoolId, Identifier: 'fixture-api', Name: 'Fixture API' };
    await expectRefusal(sdk.updateResourceServer(server), 'ResourceNotFoundException', 'Resource server fixture-api');
    await sdk.createResourceServer({ ...server, Scopes: [{ ScopeName: 'a', ScopeDescription: 'A' }] });
    await sdk.updateResourceServer({ ...server, Name: 'Fixture', Scopes: [{ ScopeName: 'b', ScopeDescription: 'B' }] });
    const { ResourceServer } = await sdk.describeResourceServer(server);
    expect(ResourceServer).toStrictEqual({
      ...server,
      Name: 'Fixture',
      Scopes: [{ ScopeName: 'b', ScopeDescription: 'B' }],
    });
  });

  test('replaces the settings of a client, keeps its id and secret, and resets what it leaves out', async () => {
    const { sdk, UserPoolId, ClientId, clientSecret } = await createClient(app.sdk, app.UserPoolId, {
      AccessTokenValidity: 2,
    });
    const client = { UserPoolId, ClientId };
    await sdk.updateUserPoolClient({ ...client, ClientName: 'renamed', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    const { UserPoolClient } = await sdk.describeUserPoolClient(client);
    expect(UserPoolClient).toMatchObject({
      ClientName: 'renamed',
      ClientSecret: clientSecret,
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      PreventUserExistenceErrors: 'LEGACY',
    });
    expect(UserPoolClient).not.toHaveProperty('AccessTokenValidity');
    await expectRefusal(
      sdk.updateUserPoolClient({ ...client, AllowedOAuthScopes: ['fixture-api/items.burn'] }),
      'ScopeDoesNotExistException',
    );
    await expectRefusal(sdk.updateUserPoolClient({ ...client, ClientId: 'unknown' }), 'ResourceNotFoundException');
  });
});
