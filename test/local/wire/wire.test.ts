import { request as httpRequest } from 'node:http';
import { connect as tcpConnect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { checkSignature } from '../../../app/local/cognito/wire/signature.js';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

function needsSignature(operation: string): boolean {
  try {
    checkSignature(operation, {});
    return false;
  } catch {
    return true;
  }
}

interface Answer {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a request with any header, Host and Origin included, which fetch doesn't allow. */
function send(body: string, headers: Record<string, string> = {}, options: { method?: string; path?: string } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const { method = 'POST', path = '/' } = options;
    const request = httpRequest(`${emulator.endpoint()}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
    });
    request.on('error', reject).end(body);
  });
}

/** Only the presence of a signature is checked. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=d';
const unsigned = (operation: string) => ({ 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` });
const target = (operation: string) => ({ ...unsigned(operation), authorization: SIGNATURE });
const call = (operation: string, body: string) => send(body, target(operation));

const expectResponsive = async () => {
  const { status } = await call('ListUserPools', '{"MaxResults":1}');
  expect(status).toBe(200);
};

describe('an error', () => {
  test('has the form of AWS JSON 1.1', async () => {
    const { status, headers, body } = await call('DescribeUserPool', '{"UserPoolId":"us-east-1_nowhere00"}');
    expect(status).toBe(400);
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': 'ResourceNotFoundException',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/u) as unknown,
    });
    expect(JSON.parse(body)).toStrictEqual({
      __type: 'ResourceNotFoundException',
      message: 'User pool us-east-1_nowhere00 does not exist.',
    });
  });

  test('names the operation that the emulator lacks', async () => {
    const { status, body } = await call('GetDevice', '{}');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      __type: 'UnknownOperationException',
      message: expect.stringContaining('GetDevice') as unknown,
    });
  });
});

describe('a request is refused', () => {
  const pool = () => ({ UserPoolId: app.UserPoolId });
  const refusals: Record<string, [type: string, message: string, operation: string, input: () => unknown]> = {
    'without a required member': [
      'InvalidParameterException',
      "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
      'DescribeUserPool',
      () => ({}),
    ],
    'with every problem named': [
      'InvalidParameterException',
      "2 validation errors detected: Value null at 'username'",
      'AdminGetUser',
      () => ({ ...pool(), Usename: 'a' }),
    ],
    'with an unknown member': [
      'InvalidParameterException',
      "Unknown parameter 'Colour'",
      'ListUsers',
      () => ({ ...pool(), Colour: 'red' }),
    ],
    'with an unknown member of a structure': [
      'InvalidParameterException',
      "Unknown parameter 'policies.passwordPolicy.Maximum'",
      'CreateUserPool',
      () => ({ PoolName: 'a', Policies: { PasswordPolicy: { Maximum: 3 } } }),
    ],
    'with a malformed member': [
      'InvalidParameterException',
      "Value at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern",
      'ListUsers',
      () => ({ UserPoolId: '../../etc/passwd' }),
    ],
    'with a member that is too long': [
      'InvalidParameterException',
      'Member must have length less than or equal to 128',
      'AdminGetUser',
      () => ({ ...pool(), Username: 'a'.repeat(129) }),
    ],
    'with a number out of range': [
      'InvalidParameterException',
      'Member must have value less than or equal to 60',
      'ListUserPools',
      () => ({ MaxResults: 61 }),
    ],
    'with a value that is not in the enumeration': [
      'InvalidParameterException',
      'Member must satisfy enum value set',
      'InitiateAuth',
      () => ({ ClientId: app.ClientId, AuthFlow: 'MAGIC' }),
    ],
    'with a list member of null': [
      'InvalidParameterException',
      "Value null at 'userAttributes.1.member'",
      'AdminCreateUser',
      () => ({ ...pool(), Username: 'a', UserAttributes: [null] }),
    ],
    'with text for a number': ['SerializationException', "'maxResults'", 'ListUserPools', () => ({ MaxResults: '5' })],
    'with a map for a string': ['SerializationException', "'userPoolId'", 'ListUsers', () => ({ UserPoolId: {} })],
    'with a list for a map': [
      'SerializationException',
      "'authParameters'",
      'InitiateAuth',
      () => ({ ClientId: app.ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: [] }),
    ],
    'with a number in a map of strings': [
      'SerializationException',
      "'authParameters.USERNAME'",
      'InitiateAuth',
      () => ({ ClientId: app.ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 1 } }),
    ],
    'for a client that does not exist': [
      'ResourceNotFoundException',
      'User pool client unknown does not exist.',
      'InitiateAuth',
      () => ({ ClientId: 'unknown', AuthFlow: 'USER_PASSWORD_AUTH' }),
    ],
    'for a challenge that the emulator lacks': [
      'InvalidParameterException',
      'SMS_MFA is not supported by the local Cognito emulator',
      'RespondToAuthChallenge',
      () => ({ ClientId: app.ClientId, ChallengeName: 'SMS_MFA' }),
    ],
    'that revokes an access token': [
      'UnsupportedTokenTypeException',
      '',
      'RevokeToken',
      () => ({ ClientId: app.ClientId, ClientSecret: app.clientSecret, Token: 'a.b.c' }),
    ],
  };

  test.each(Object.keys(refusals))('%s', async (name) => {
    const [type, message, operation, input] = refusals[name] ?? ['', '', '', () => ({})];
    const { status, body } = await call(operation, JSON.stringify(input()));
    expect(status).toBe(400);
    expect(JSON.parse(body)).toStrictEqual({ __type: type, message: expect.stringContaining(message) as unknown });
  });
});

describe('without a signature', () => {
  test.each(['ListUserPools', 'AdminInitiateAuth', 'AdminCreateUser', 'DeleteUserPool'])(
    "an administrator's operation is refused: %s",
    async (operation) => {
      for (const authorization of [undefined, 'Bearer a.b.c', 'AWS4-HMAC-SHA256 Credential=a']) {
        const { status, body } = await send('{}', { ...unsigned(operation), ...(authorization && { authorization }) });
        expect(status).toBe(400);
        expect(JSON.parse(body)).toStrictEqual({
          __type: 'MissingAuthenticationTokenException',
          message: 'Missing Authentication Token',
        });
      }
    },
  );

  test('the operations of apps are read', async () => {
    const { body } = await send('{}', unsigned('InitiateAuth'));
    expect(JSON.parse(body)).toHaveProperty('__type', 'InvalidParameterException');
  });

  test('exactly those operations are read that the AWS SDK sends unsigned', async () => {
    const commands = Object.entries(sdk).filter(([name]) => /^[A-Z].*Command$/u.test(name));
    const differing: string[] = [];
    for (const [name] of commands) {
      const operation = name.slice(0, -'Command'.length);
      const { httpAuthSchemeProvider } = app.sdk.config;
      const [scheme] = httpAuthSchemeProvider({ operation, region: 'us-east-1' });
      const isUnsigned = scheme?.schemeId === 'smithy.api#noAuth';
      if (isUnsigned !== !needsSignature(operation)) differing.push(operation);
    }
    expect(differing).toStrictEqual([]);
  });
});

describe('hostile input does no harm', () => {
  const bodies: Record<string, string> = {
    nothing: '',
    'half a JSON text': '{"UserPoolId":',
    'a list': '[]',
    null: 'null',
    'a string': '"x"',
    'binary data': '\u0000\u00ff\ufffd',
    'a prototype': '{"__proto__":{"MaxResults":1}}',
    'a deep structure': `{"MaxResults":1,"NextToken":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    'a deep setting': `{"PoolName":"a","UserPoolTags":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    'a thousand members': JSON.stringify(
      Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`m${index}`, 1])),
    ),
  };

  test.each(Object.keys(bodies))('%s', async (name) => {
    for (const operation of ['ListUserPools', 'CreateUserPool', 'InitiateAuth']) {
      const { status, body } = await call(operation, bodies[name] ?? '');
      expect(status).toBe(400);
      expect(body.length).toBeLessThan(4096);
    }
    await expectResponsive();
  });

  test('a body of more than 128 KB', async () => {
    const { status } = await call('ListUserPools', `"${'x'.repeat(200 * 1024)}"`);
    expect(status).toBe(413);
    await expectResponsive();
  });

  test.each([
    undefined,
    'x',
    'AWSCognitoIdentityProviderService.',
    'AWSCognitoIdentityProviderService.__proto__',
    'S3.Get',
  ])('the target %s', async (name) => {
    const { status, body } = await send('{}', name === undefined ? {} : { 'x-amz-target': name });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toHaveProperty('__type', 'UnknownOperationException');
  });

  test.each([
    'GET / HTTP/1.1\r\n\r\n',
    'NONSENSE\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{',
  ])('the bytes %j', async (bytes) => {
    const socket = tcpConnect(Number(new URL(emulator.endpoint()).port), '127.0.0.1');
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
    await expectResponsive();
  });

  test('an unknown path or method', async () => {
    expect((await send('', {}, { method: 'GET', path: '/' })).status).toBe(404);
    expect((await send('', {}, { method: 'GET', path: '/%2e%2e/.well-known/jwks.json' })).status).toBe(404);
    expect((await send('', {}, { method: 'DELETE' })).status).toBe(404);
    expect((await send('', {}, { path: '//evil.example/' })).status).toBe(404);
  });
});

describe('only local requests are accepted:', () => {
  const list = (headers: Record<string, string>) =>
    send('{"MaxResults":1}', { ...target('ListUserPools'), ...headers });

  test.each(['evil.example', 'evil.example:9229', '127.0.0.1.evil.example', '192.168.0.7'])(
    'none for the host "%s"',
    async (host) => expect((await list({ host })).status).toBe(403),
  );

  test.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'file://'])(
    'none from a page of %s',
    async (origin) => {
      const { status, headers } = await list({ origin });
      expect(status).toBe(403);
      expect(headers['access-control-allow-origin']).not.toBe('*');
    },
  );

  test.each(['http://127.0.0.1:3000', 'http://localhost:8080', 'http://[::1]'])(
    'one from a page of %s, which may read the response',
    async (origin) => {
      const { status, headers } = await list({ origin });
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'origin' });
    },
  );

  test('a preflight from a local page', async () => {
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-amz-target' };
    const { status, headers } = await send('', { origin: 'http://127.0.0.1:3000', ...asks }, { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers['access-control-allow-headers']).toContain('x-amz-target');
    const foreign = await send('', { origin: 'https://evil.example', ...asks }, { method: 'OPTIONS' });
    expect(foreign.status).toBe(403);
  });
});

test('an operation of the SDK that the emulator lacks fails with its name', async () => {
  await expectRefusal(
    app.sdk.adminListDevices({ UserPoolId: app.UserPoolId, Username: 'a' }),
    'UnknownOperationException',
    'AdminListDevices',
  );
});
