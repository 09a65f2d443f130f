import { describe, expect, test } from '@jest/globals';
import type { CreateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

describe('a client', () => {
  test('is deleted, and nobody signs in through it any more', async () => {
    const { sdk, UserPoolId, ClientId, signIn } = await createClient(app.sdk, app.UserPoolId);
    const username = await app.addUser();
    await signIn(username);
    await sdk.deleteUserPoolClient({ UserPoolId, ClientId });
    await expectRefusal(signIn(username), 'ResourceNotFoundException');
    await expectRefusal(sdk.deleteUserPoolClient({ UserPoolId, ClientId }), 'ResourceNotFoundException');
  });

  const code = {
    AllowedOAuthFlows: ['code' as const],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: ['openid'],
    CallbackURLs: ['https://example.com/in'],
  };
  const refusals: Record<string, [settings: Partial<CreateUserPoolClientRequest>, type: string, message: string]> = {
    'a callback by plain HTTP off loopback': [
      { ...code, CallbackURLs: ['http://example.com/in'] },
      'InvalidParameterException',
      'http://example.com/in cannot use the HTTP protocol.',
    ],
    'a loopback name within another': [
      { ...code, CallbackURLs: ['http://localhost.example.com'] },
      'InvalidParameterException',
      'cannot use the HTTP protocol.',
    ],
    'a relative callback': [{ ...code, CallbackURLs: ['/in'] }, 'InvalidParameterException', 'not an absolute URI'],
    'a callback with a fragment': [
      { ...code, CallbackURLs: ['https://example.com/in#top'] },
      'InvalidParameterException',
      'fragment',
    ],
    'a sign-out address by plain HTTP': [
      { ...code, LogoutURLs: ['http://example.com/out'] },
      'InvalidParameterException',
      'http://example.com/out cannot use the HTTP protocol.',
    ],
    'a default redirect address that is not in the list': [
      { ...code, DefaultRedirectURI: 'https://example.com/elsewhere' },
      'InvalidParameterException',
      'default redirect URI',
    ],
    'old and new names of flows': [
      { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] },
      'InvalidParameterException',
      'ALLOW_',
    ],
    'a code flow without a callback': [
      { ...code, CallbackURLs: [] },
      'InvalidOAuthFlowException',
      'CallbackUrls can not be empty',
    ],
    'a code flow without scopes': [
      { ...code, AllowedOAuthScopes: [] },
      'InvalidOAuthFlowException',
      'AllowedOAuthFlows and AllowedOAuthScopes are required',
    ],
    'an unknown provider': [
      { ...code, SupportedIdentityProviders: ['COGNITO', 'Google'] },
      'InvalidParameterException',
      'The provider Google does not exist for User Pool ',
    ],
    'unknown attributes to read': [
      { ReadAttributes: ['email', 'colour'] },
      'InvalidParameterException',
      'Invalid read attributes specified',
    ],
    'unknown attributes to write': [
      { WriteAttributes: ['custom:colour'] },
      'InvalidParameterException',
      'Invalid write attributes specified',
    ],
    'rotation and REFRESH_TOKEN_AUTH together': [
      { RefreshTokenRotation: { Feature: 'ENABLED' }, ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] },
      'InvalidParameterException',
      'rotation',
    ],
    'analytics of a project without a role': [
      { AnalyticsConfiguration: { ApplicationId: 'abc' } },
      'InvalidParameterException',
      'AnalyticsConfiguration needs either ApplicationArn',
    ],
    'a grace period of more than 60 seconds': [
      { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 61 } },
      'InvalidParameterException',
      'less than or equal to 60',
    ],
  };

  test.each(Object.keys(refusals))('can have neither at its creation nor by an update: %s', async (name) => {
    const [settings, type, message] = refusals[name] ?? [{}, '', ''];
    await expectRefusal(createClient(app.sdk, app.UserPoolId, settings), type, message);
    const { UserPoolId, ClientId } = app;
    await expectRefusal(app.sdk.updateUserPoolClient({ UserPoolId, ClientId, ...settings }), type, message);
  });

  test.each(['http://localhost:3000/in', 'http://127.0.0.1/in', 'http://[::1]:8080', 'myapp://in'])(
    'can return to %s',
    async (address) => {
      const settings = { ...code, CallbackURLs: [address], DefaultRedirectURI: address };
      await expect(createClient(app.sdk, app.UserPoolId, settings)).resolves.toHaveProperty('ClientId');
    },
  );
});
