import { describe, expect, test } from '@jest/globals';
import type { CreateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider';
import { beforeTests, claimsOf, createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();
const app = beforeTests(() => createApp(emulator));

describe('a pool', () => {
  test('is updated: what is left out has its default, tags and what is fixed stay', async () => {
    const { sdk, UserPoolId } = await createApp(emulator, {
      AliasAttributes: ['email'],
      DeletionProtection: 'ACTIVE',
      UserPoolTags: { team: 'kitchen' },
    });
    await sdk.updateUserPool({
      UserPoolId,
      PoolName: 'renamed',
      Policies: { PasswordPolicy: { MinimumLength: 20 } },
      UserPoolTier: 'LITE',
    });
    const { UserPool } = await sdk.describeUserPool({ UserPoolId });
    expect(UserPool).toMatchObject({
      Name: 'renamed',
      AliasAttributes: ['email'],
      DeletionProtection: 'INACTIVE',
      Policies: { PasswordPolicy: { MinimumLength: 20, RequireNumbers: false } },
      UserPoolTags: { team: 'kitchen' },
      UserPoolTier: 'LITE',
    });
    await expectRefusal(
      sdk.adminCreateUser({ UserPoolId, Username: 'ada', TemporaryPassword: 'Passw0rd!' }),
      'InvalidPasswordException',
      'not long enough',
    );
  });

  test('is deleted with all that is in it, after its protection and its domain', async () => {
    const { sdk, UserPoolId, signIn, addUser } = await createApp(emulator, { DeletionProtection: 'ACTIVE' });
    const username = await addUser();
    await sdk.createUserPoolDomain({ UserPoolId, Domain: 'short-lived' });
    await expectRefusal(sdk.deleteUserPool({ UserPoolId }), 'InvalidParameterException', 'deletion protection');
    await sdk.updateUserPool({ UserPoolId, DeletionProtection: 'INACTIVE' });
    await expectRefusal(sdk.deleteUserPool({ UserPoolId }), 'InvalidParameterException', 'has a domain configured');
    await sdk.deleteUserPoolDomain({ UserPoolId, Domain: 'short-lived' });
    await sdk.deleteUserPool({ UserPoolId });
    await expectRefusal(sdk.describeUserPool({ UserPoolId }), 'ResourceNotFoundException');
    await expectRefusal(signIn(username), 'ResourceNotFoundException');
    await emulator.restart();
    await expectRefusal(sdk.deleteUserPool({ UserPoolId }), 'ResourceNotFoundException');
  });

  test.each([
    ['deletionProtection', { DeletionProtection: 'MAYBE' }],
    ['userPoolTier', { UserPoolTier: 'GOLD' }],
    ['emailConfiguration.emailSendingAccount', { EmailConfiguration: { EmailSendingAccount: 'PIGEON' } }],
    ['verificationMessageTemplate.defaultEmailOption', { VerificationMessageTemplate: { DefaultEmailOption: 'NO' } }],
  ])('has no value for %s that Cognito does not know', async (member, settings) => {
    const asked = settings as Parameters<typeof createApp>[1];
    for (const work of [
      createApp(emulator, asked),
      app.sdk.updateUserPool({ UserPoolId: app.UserPoolId, ...(asked as object) }),
    ])
      await expectRefusal(work, 'InvalidParameterException', `'${member}' failed to satisfy constraint: Member must`);
  });

  test('has tags, which are added and removed by its ARN', async () => {
    const { sdk, UserPoolId } = await createApp(emulator, { UserPoolTags: { team: 'kitchen', stage: 'test' } });
    const ResourceArn = (await sdk.describeUserPool({ UserPoolId })).UserPool?.Arn;
    await sdk.tagResource({ ResourceArn, Tags: { stage: 'live', owner: 'ada' } });
    await sdk.untagResource({ ResourceArn, TagKeys: ['team'] });
    expect((await sdk.listTagsForResource({ ResourceArn })).Tags).toStrictEqual({ stage: 'live', owner: 'ada' });
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag${index}`, '']));
    await expectRefusal(sdk.tagResource({ ResourceArn, Tags: fifty }), 'InvalidParameterException', '50 tags');
    await expectRefusal(
      sdk.listTagsForResource({ ResourceArn: `${ResourceArn}0` }),
      'ResourceNotFoundException',
      'does not exist',
    );
  });
});

describe('a domain', () => {
  test('is described, updated and deleted', async () => {
    const { sdk, UserPoolId } = await createApp(emulator);
    const domain = { UserPoolId, Domain: 'restaurant' };
    expect((await sdk.describeUserPoolDomain(domain)).DomainDescription).toStrictEqual({});
    await sdk.createUserPoolDomain(domain);
    await sdk.updateUserPoolDomain({ ...domain, ManagedLoginVersion: 2 });
    expect((await sdk.describeUserPoolDomain(domain)).DomainDescription).toMatchObject({
      ...domain,
      Status: 'ACTIVE',
      ManagedLoginVersion: 2,
    });
    await expectRefusal(
      sdk.deleteUserPoolDomain({ UserPoolId, Domain: 'elsewhere' }),
      'InvalidParameterException',
      'No such domain or user pool exists.',
    );
    await sdk.deleteUserPoolDomain(domain);
    expect((await sdk.describeUserPoolDomain(domain)).DomainDescription).toStrictEqual({});
  });

  test.each(['my-aws-kitchen', 'amazonas', 'cognito'])('can not hold a reserved word: %s', async (Domain) => {
    await expectRefusal(
      app.sdk.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain }),
      'InvalidParameterException',
      'Domain cannot contain reserved word: ',
    );
  });
});

describe('a group', () => {
  test('is updated, described, listed with its members, and deleted from them', async () => {
    const { sdk, UserPoolId, addUser, signIn } = await createApp(emulator);
    const group = { UserPoolId, GroupName: 'chefs' };
    await expectRefusal(sdk.getGroup(group), 'ResourceNotFoundException', 'Group not found.');
    await sdk.createGroup({ ...group, Description: 'Cook.' });
    emulator.pass({ minutes: 1 });
    await sdk.updateGroup({ ...group, Precedence: 2 });
    const { Group } = await sdk.getGroup(group);
    expect(Group).toMatchObject({ ...group, Description: 'Cook.', Precedence: 2 });
    expect(Number(Group?.LastModifiedDate) - Number(Group?.CreationDate)).toBe(60_000);

    const Username = await addUser({ email: 'ada@example.com' });
    await addUser();
    await sdk.adminAddUserToGroup({ ...group, Username });
    const { Users } = await sdk.listUsersInGroup(group);
    expect(Users).toMatchObject([{ Username, UserStatus: 'CONFIRMED' }]);
    expect(Users?.[0]?.Attributes).toContainEqual({ Name: 'email', Value: 'ada@example.com' });

    await sdk.deleteGroup(group);
    await expectRefusal(sdk.listUsersInGroup(group), 'ResourceNotFoundException', 'Group not found.');
    const { AuthenticationResult } = await signIn(Username);
    expect(claimsOf(AuthenticationResult?.AccessToken)).not.toHaveProperty('cognito:groups');
    await sdk.createGroup(group);
    expect((await sdk.listUsersInGroup(group)).Users).toStrictEqual([]);
  });

  const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
  const claimsWith = async (groups: Record<string, { RoleArn?: string; Precedence?: number }>) => {
    const { sdk, UserPoolId, addUser, signIn } = await createApp(emulator);
    const Username = await addUser();
    for (const [GroupName, settings] of Object.entries(groups)) {
      await sdk.createGroup({ UserPoolId, GroupName, ...settings });
      await sdk.adminAddUserToGroup({ UserPoolId, GroupName, Username });
    }
    const { AuthenticationResult } = await signIn(Username);
    return { id: claimsOf(AuthenticationResult?.IdToken), access: claimsOf(AuthenticationResult?.AccessToken) };
  };

  test('comes into tokens by its precedence, its role into the ID token', async () => {
    const { id, access } = await claimsWith({
      last: { RoleArn: role('last') },
      second: { Precedence: 5, RoleArn: role('second') },
      first: { Precedence: 0 },
    });
    expect(id).toMatchObject({
      'cognito:groups': ['first', 'second', 'last'],
      'cognito:roles': [role('second'), role('last')],
      'cognito:preferred_role': role('second'),
    });
    expect(access['cognito:groups']).toStrictEqual(['first', 'second', 'last']);
    expect(Object.keys(access).filter((name) => name.includes('role'))).toStrictEqual([]);
  });

  test('of the same precedence as another has the preferred role only if theirs is the same', async () => {
    const shared = { Precedence: 1, RoleArn: role('shared') };
    const same = await claimsWith({ a: shared, b: shared });
    expect(same.id).toMatchObject({ 'cognito:roles': [role('shared')], 'cognito:preferred_role': role('shared') });
    const different = await claimsWith({ a: shared, b: { ...shared, RoleArn: role('other') } });
    expect(different.id['cognito:roles']).toStrictEqual([role('shared'), role('other')]);
    expect(different.id).not.toHaveProperty('cognito:preferred_role');
  });
});

test('resource servers are listed in pages, and deleted', async () => {
  const { sdk, UserPoolId } = await createApp(emulator);
  for (const Identifier of ['a', 'b']) await sdk.createResourceServer({ UserPoolId, Identifier, Name: Identifier });
  const first = await sdk.listResourceServers({ UserPoolId, MaxResults: 1 });
  const { ResourceServers, NextToken } = await sdk.listResourceServers({ UserPoolId, NextToken: first.NextToken });
  expect([first.ResourceServers?.[0]?.Identifier, ResourceServers?.[0]?.Identifier, NextToken]).toStrictEqual([
    'a',
    'b',
    undefined,
  ]);
  await sdk.deleteResourceServer({ UserPoolId, Identifier: 'a' });
  await expectRefusal(sdk.deleteResourceServer({ UserPoolId, Identifier: 'a' }), 'ResourceNotFoundException', 'a does');
});

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
