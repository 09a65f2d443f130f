import { describe, expect, test } from '@jest/globals';
import { beforeTests, createApp, expectRefusal, useEmulator } from '../emulator.js';

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
