import { describe, expect, test } from '@jest/globals';
import type { TriggerEvents } from '../../../app/platform/triggers/trigger.js';
import { claimsOf, createApp, expectRefusal, PASSWORD, useEmulator } from '../emulator.js';
import { recorder } from './trigger-of.js';

const { triggerOf, eventsOf, log, lines } = recorder();

type V2 = TriggerEvents['preTokenGenerationV2'];
const nonsense = (response: unknown) => (event: V2) => ({ ...event, response });
const never = () => new Promise<never>(() => undefined);
let attempts = 0;

const emulator = useEmulator({
  log,
  triggers: {
    timeLimitMs: 100,
    triggers: [
      triggerOf('v1', 'preTokenGenerationV1', (event) => {
        event.response.claimsOverrideDetails = {
          claimsToAddOrOverride: { tenant: 'acme', sub: 'someone', email: 'other@example.com' },
          claimsToSuppress: ['custom:plan', 'aud'],
        };
      }),
      triggerOf('v2', 'preTokenGenerationV2', (event) => {
        const claimsToAddOrOverride = {
          tenant: event.request.userAttributes['custom:plan'] ?? 'none',
          client_id: 'other',
        };
        event.response.claimsAndScopeOverrideDetails = {
          idTokenGeneration: { claimsToAddOrOverride },
          accessTokenGeneration: {
            claimsToAddOrOverride,
            claimsToSuppress: ['username', 'cognito:groups'],
            scopesToAdd: ['a/b'],
          },
          groupOverrideDetails: { groupsToOverride: ['chefs'] },
        };
      }),
      triggerOf('throws', 'preTokenGenerationV2', () => {
        throw new Error('Not you');
      }),
      triggerOf('hangs', 'preTokenGenerationV2', never),
      triggerOf('slow once', 'preTokenGenerationV2', () => {
        attempts += 1;
        return attempts === 1 ? never() : undefined;
      }),
      triggerOf('text', 'preTokenGenerationV2', () => 'nonsense'),
      triggerOf('no response', 'preTokenGenerationV2', nonsense(undefined)),
      triggerOf('a list', 'preTokenGenerationV2', nonsense({ claimsAndScopeOverrideDetails: [] })),
      triggerOf(
        'a scope with a space',
        'preTokenGenerationV2',
        nonsense({ claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToAdd: ['a b'] } } }),
      ),
      triggerOf('long', 'preTokenGenerationV2', (event) => {
        const claimsToAddOrOverride = { orders: '.'.repeat(8_000) };
        event.response.claimsAndScopeOverrideDetails = { accessTokenGeneration: { claimsToAddOrOverride } };
      }),
      triggerOf('too much', 'preTokenGenerationV2', nonsense({ text: '.'.repeat(6_291_556) })),
      triggerOf('sign-up', 'preSignUp', (event) => {
        if (event.request.userAttributes['email']?.endsWith('@example.org'))
          throw new Error('No accounts for example.org');
        event.response = { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: false };
      }),
      triggerOf('sign-up', 'postConfirmation', () => undefined),
      triggerOf('sign-up', 'postAuthentication', () => undefined),
    ],
  },
});

const plan = { Schema: [{ Name: 'plan', AttributeDataType: 'String' as const }] };
const appOf = (PoolName: string) => createApp(emulator, { PoolName, ...plan });

async function tokensOf(poolName: string) {
  const app = await appOf(poolName);
  const name = await app.addUser({ 'custom:plan': 'gold' });
  const { AuthenticationResult: tokens } = await app.signIn(name);
  return { app, name, tokens, access: claimsOf(tokens?.AccessToken), id: claimsOf(tokens?.IdToken) };
}

describe('a trigger before token generation', () => {
  test('of version 1 changes the ID token alone, and nothing that Cognito keeps', async () => {
    const { access, id, app } = await tokensOf('v1');
    expect(id).toMatchObject({ tenant: 'acme', email: 'other@example.com', aud: app.ClientId });
    expect(id['sub']).toBe(access['sub']);
    expect([id, access].map((claims) => Object.keys(claims))).toEqual([
      expect.not.arrayContaining(['custom:plan']),
      expect.not.arrayContaining(['tenant']),
    ]);
  });

  test('of version 2 changes both, scopes and groups, and runs again when they are refreshed', async () => {
    const { app, name, tokens, access, id } = await tokensOf('v2');
    const shared = { tenant: 'gold', 'cognito:groups': ['chefs'] };
    expect(id).toMatchObject(shared);
    expect(access).toMatchObject({
      tenant: 'gold',
      client_id: app.ClientId,
      username: name,
      scope: 'aws.cognito.signin.user.admin a/b',
    });
    expect(access).not.toHaveProperty(['cognito:groups']);
    const { AuthenticationResult } = await app.refresh(tokens?.RefreshToken, name);
    expect(claimsOf(AuthenticationResult?.AccessToken)).toMatchObject({ tenant: 'gold' });
    expect(eventsOf('v2')).toMatchObject([
      {
        version: '2',
        triggerSource: 'TokenGeneration_Authentication',
        region: 'us-east-1',
        userPoolId: app.UserPoolId,
        userName: name,
        callerContext: { clientId: app.ClientId },
        request: {
          userAttributes: { sub: access['sub'], 'cognito:user_status': 'CONFIRMED', 'custom:plan': 'gold' },
          groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [] },
          scopes: ['aws.cognito.signin.user.admin'],
        },
        response: { claimsAndScopeOverrideDetails: null },
      },
      { triggerSource: 'TokenGeneration_RefreshTokens' },
    ]);
  });

  const UNRECOGNIZABLE = 'Unrecognizable lambda output';
  test.each([
    ['throws', 'UserLambdaValidationException', 'PreTokenGeneration failed with error Not you.'],
    [
      'hangs',
      'UnexpectedLambdaException',
      'PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.',
    ],
    [
      'too much',
      'UserLambdaValidationException',
      'PreTokenGeneration failed with error Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    ],
    ['text', 'InvalidLambdaResponseException', UNRECOGNIZABLE],
    ['no response', 'InvalidLambdaResponseException', UNRECOGNIZABLE],
    ['a list', 'InvalidLambdaResponseException', UNRECOGNIZABLE],
    ['a scope with a space', 'InvalidLambdaResponseException', UNRECOGNIZABLE],
  ])(
    'that returns nonsense, hangs or throws (%s) refuses the sign-in, and the log says why',
    async (pool, type, message) => {
      await expectRefusal(tokensOf(pool), type, message);
      expect(lines).toContainEqual(
        expect.objectContaining({
          trigger: pool,
          event: 'preTokenGenerationV2',
          type,
          reason: message,
          msg: 'a trigger failed',
        }),
      );
    },
  );

  test('that hangs is tried three times, one that responds the second time is good', async () => {
    expect(eventsOf('hangs')).toHaveLength(3);
    await expect(tokensOf('slow once')).resolves.toHaveProperty('access');
    expect(attempts).toBe(2);
    expect(lines).toContainEqual(expect.objectContaining({ trigger: 'slow once', attempt: 1 }));
  });
});

test('a token that no API here accepts is signed as in Cognito, and the log says which trigger makes it, its size and the limits', async () => {
  const { tokens } = await tokensOf('long');
  const { length } = tokens?.AccessToken ?? '';
  expect(length).toBeGreaterThan(8_192);
  expect(lines.filter(({ trigger }) => trigger === 'long')).toEqual([
    expect.objectContaining({
      level: 40,
      event: 'preTokenGenerationV2',
      msg: 'a token is too long',
      reason:
        `an access token has ${length} characters: the API refuses tokens of more than 8192, ` +
        'and API Gateway a request whose line and headers have more than 10240 bytes',
    }),
  ]);
});

describe('the triggers of a sign-up', () => {
  test('confirm the user at once, or refuse, and run after the confirmation and each sign-in', async () => {
    const app = await appOf('sign-up');
    const signUp = (Username: string, email: string) =>
      emulator.sdk.signUp({
        ClientId: app.ClientId,
        SecretHash: app.hash(Username),
        Username,
        Password: PASSWORD,
        UserAttributes: [{ Name: 'email', Value: email }],
      });
    await expectRefusal(
      signUp('bob', 'bob@example.org'),
      'UserLambdaValidationException',
      'PreSignUp failed with error No accounts for example.org.',
    );
    expect(await signUp('ann', 'ann@example.com')).toMatchObject({ UserConfirmed: true });
    const { AuthenticationResult } = await app.signIn('ann');
    expect(claimsOf(AuthenticationResult?.IdToken)).toMatchObject({ email_verified: true });
    expect(eventsOf('sign-up')).toMatchObject([
      { triggerSource: 'PreSignUp_SignUp', userName: 'bob' },
      { triggerSource: 'PreSignUp_SignUp', userName: 'ann', request: { userAttributes: { email: 'ann@example.com' } } },
      { triggerSource: 'PostConfirmation_ConfirmSignUp', userName: 'ann' },
      { triggerSource: 'PostAuthentication_Authentication', userName: 'ann', request: { newDeviceUsed: false } },
    ]);
  });
});
