import { describe, expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { checkSignature } from '../../../app/local/cognito/wire/signature.js';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';
import { rawRequests, unsigned } from './raw-requests.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));
const { send, call } = rawRequests(emulator);

function needsSignature(operation: string): boolean {
  try {
    checkSignature(operation, {});
    return false;
  } catch {
    return true;
  }
}

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

test('an operation of the SDK that the emulator lacks fails with its name', async () => {
  await expectRefusal(
    app.sdk.adminListDevices({ UserPoolId: app.UserPoolId, Username: 'a' }),
    'UnknownOperationException',
    'AdminListDevices',
  );
});
