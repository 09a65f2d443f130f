import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KMS } from '@aws-crypto/client-node';
import { CognitoIdentityProviderClient, DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetAliasCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import type { Cloud } from '../cloud/cloud.js';
import { known } from '../cloud/deployed.js';
import { EVERYTHING } from '../cloud/everything.js';
import { packageFolder } from '../cloud/package.js';
import { plannedChanges } from '../cloud/terraform.js';
import { varFile } from '../cloud/tfvars.js';

const hasNoAttributes = (pool: string) => Object.keys(access.document[pool]?.attributes ?? {}).length === 0;
/** The emulator forgets the attributes of a pool that is updated. */
const POOL = known(Object.keys(access.document).find((name) => hasNoAttributes(name)));
const MAIL = { name: 'added-mail', pool: POOL, event: 'custom_email_sender', version: null };
const MOVE = { name: 'added-move', pool: POOL, event: 'user_migration', version: null };
const PREVIOUS = {
  user_pool_id: 'us-east-1_Before000',
  client_ids: ['before1234567890'],
  migration_client_id: 'moving1234567890',
};

/** Triggers that an API gets and loses again, and a pool that people move to meanwhile. */
export function triggerChanges(cloud: () => Cloud) {
  describe('triggers that are added', () => {
    let before: object;
    let options: readonly string[];
    const sdk = () => cloud().emulator.client;
    const poolId = () => known(cloud().outputs.profile.value.pools[POOL]).userPoolId;
    const functionOf = ({ name }: { name: string }) => `${cloud().outputs.function_name.value}-${name}`;

    const lambdaConfig = async () => {
      const command = new DescribeUserPoolCommand({ UserPoolId: poolId() });
      return (await new CognitoIdentityProviderClient(sdk()).send(command)).UserPool?.LambdaConfig ?? {};
    };
    const aliasArn = async (trigger: { name: string }) => {
      const command = new GetAliasCommand({ FunctionName: functionOf(trigger), Name: 'live' });
      return (await new LambdaClient(sdk()).send(command)).AliasArn;
    };
    const variablesOf = async (FunctionName: string) =>
      (await new LambdaClient(sdk()).send(new GetFunctionConfigurationCommand({ FunctionName }))).Environment
        ?.Variables;
    const statementsOf = async (trigger: { name: string }) => {
      const command = new GetRolePolicyCommand({ RoleName: functionOf(trigger), PolicyName: 'function' });
      const { PolicyDocument = '' } = await new IAMClient(sdk()).send(command);
      return (JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Action: string[] }[] }).Statement;
    };
    const apply = (...more: string[]) =>
      cloud().terraform.succeed('apply', '-auto-approve', ...cloud().options, ...more);
    const planned = async (...more: string[]) =>
      plannedChanges(await cloud().terraform.succeed('plan', '-lock=false', '-json', ...cloud().options, ...more));

    beforeAll(async () => {
      before = await lambdaConfig();
      const { scratch, documents } = cloud();
      const { deployment } = documents;
      const folder = await packageFolder(scratch, 'more-triggers', {
        deployment: { ...deployment, triggers: [...deployment.triggers, MAIL, MOVE] },
      });
      // The emulator runs none of it.
      for (const { name } of [MAIL, MOVE])
        await copyFile('dist/revocation-events.zip', join(folder, `triggers/${name}.zip`));
      const pools: Readonly<Record<string, object>> = EVERYTHING.overrides.pools;
      const previous = { pools: { ...pools, [POOL]: { ...pools[POOL], previous: PREVIOUS } } };
      options = [`-var=package_dir=${folder}`, await varFile(scratch, 'previous', previous)];
      await apply(...options);
    }, 120_000);

    test('leave nothing to do for a second plan, while people move from a previous pool', async () => {
      expect(await planned(...options)).toEqual([]);
    });

    test('are attached beside those that were there, by their aliases', async () => {
      const { CODE_KEY_ARN } = known(await variablesOf(functionOf(MAIL)));
      expect(await lambdaConfig()).toEqual({
        ...before,
        CustomEmailSender: { LambdaArn: await aliasArn(MAIL), LambdaVersion: 'V1_0' },
        KMSKeyID: CODE_KEY_ARN,
        UserMigration: await aliasArn(MOVE),
      });
    });

    test('may do what they are for: ask the previous pool, decrypt the codes of their own pool by a key that rotates', async () => {
      expect(await statementsOf(MOVE)).toEqual([
        expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
        {
          Effect: 'Allow',
          Action: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminGetUser'],
          Resource: [`arn:aws:cognito-idp:us-east-1:123456789012:userpool/${PREVIOUS.user_pool_id}`],
        },
      ]);
      expect(await statementsOf(MAIL)).toHaveLength(1);
      const KeyId = known(await variablesOf(functionOf(MAIL)))['CODE_KEY_ARN'];
      const kms = new KMS(sdk());
      const [{ Policy = '' }, { KeyRotationEnabled }] = await Promise.all([
        kms.getKeyPolicy({ KeyId, PolicyName: 'default' }),
        kms.getKeyRotationStatus({ KeyId }),
      ]);
      const [, ...statements] = (JSON.parse(Policy) as { Statement: object[] }).Statement;
      expect(statements).toEqual([
        {
          Sid: 'Encryption',
          Effect: 'Allow',
          Principal: { Service: 'cognito-idp.amazonaws.com' },
          Action: ['kms:CreateGrant', 'kms:Encrypt'],
          Resource: '*',
          Condition: { ArnEquals: { 'aws:SourceArn': expect.stringMatching(new RegExp(`:userpool/${poolId()}$`)) } },
        },
        {
          Sid: 'Decryption',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::123456789012:role/${functionOf(MAIL)}` },
          Action: 'kms:Decrypt',
          Resource: '*',
          Condition: { StringEquals: { 'kms:EncryptionContext:userpool-id': poolId() } },
        },
      ]);
      expect(KeyRotationEnabled).toBe(true);
    });

    test('let the app accept tokens of the previous pool', async () => {
      const { COGNITO_POOLS = '{}' } = known(await variablesOf(cloud().outputs.function_name.value));
      expect((JSON.parse(COGNITO_POOLS) as Record<string, unknown>)[POOL]).toMatchObject({
        previous: { userPoolId: PREVIOUS.user_pool_id, clientIds: PREVIOUS.client_ids },
      });
    });

    test('are removed with their functions and the key once they are gone from the package', async () => {
      const KeyId = known(await variablesOf(functionOf(MAIL)))['CODE_KEY_ARN'];
      await apply();
      expect(await lambdaConfig()).toEqual(before);
      for (const trigger of [MAIL, MOVE]) {
        await expect(variablesOf(functionOf(trigger))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
        await expect(statementsOf(trigger)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
      }
      const { KeyMetadata } = await new KMS(sdk()).describeKey({ KeyId });
      expect(KeyMetadata?.KeyState).toBe('PendingDeletion');
      expect(await planned()).toEqual([]);
    }, 120_000);
  });
}
