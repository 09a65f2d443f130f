import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminCreateUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Cloud } from '../cloud/cloud.js';
import { known, readDeployed } from '../cloud/deployed.js';
import { plannedChanges } from '../cloud/terraform.js';
import { describeWith } from '../harness/tools.js';
import { runbookBlock } from '../harness/runbook.js';
import { createOperator, type Operator } from './operator.js';

const RESTORE = 'Lost or damaged items: restore the table';
const EXPORT = 'Export the users';

/** The sections of `infra/RUNBOOK.md` on what is lost. */
export function restoring(cloud: () => Cloud) {
  describeWith('aws')('what is lost', () => {
    let operator: Operator;
    const env = () => ({ RESTORED: `${cloud().outputs.table_name.value}-restored`, WHEN: new Date().toISOString() });

    async function succeed(section: string, text: string, own: Readonly<Record<string, string>> = env()) {
      const { status, text: said } = await operator.run(section, text, { env: own });
      if (status !== 0) throw new Error(`${section}, ${text}, ended with ${status}:\n${said}`);
    }

    beforeAll(async () => {
      operator = await createOperator(cloud());
    });

    describe('of the table', () => {
      const table = () => new DynamoDBClient(cloud().emulator.client);
      test('is restored into a table beside it', async () => {
        const { hashKey, rangeKey } = cloud().documents.deployment.table;
        const key = { [hashKey]: { S: 'of a test' }, [rangeKey]: { S: 'of a test' } };
        await table().send(
          new PutItemCommand({ TableName: cloud().outputs.table_name.value, Item: { ...key, kept: { S: 'yes' } } }),
        );
        expect(
          runbookBlock(RESTORE, 'WHEN=')
            .text.match(/\w+(?==)/g)
            ?.toSorted(),
        ).toEqual(Object.keys(env()).toSorted());
        await succeed(RESTORE, 'WHEN=');
        await succeed(RESTORE, 'restore-table-to-point-in-time');
        const { Item } = await table().send(new GetItemCommand({ TableName: env().RESTORED, Key: key }));
        expect(Item?.['kept']).toEqual({ S: 'yes' });
      });

      test('is what the API goes on with, and the next plan has nothing else to do to it', async () => {
        const { RESTORED } = env();
        const lines = runbookBlock(RESTORE, 'table = {');
        await operator.setTfvars(lines, (text) => text.replace(/"[^"]+"/, JSON.stringify(RESTORED)));
        await succeed(RESTORE, 'state rm');
        const deployed = await readDeployed(cloud().emulator);
        expect(deployed.function.environment['TABLE_NAME']).toBe(RESTORED);
        const { TimeToLiveDescription } = await table().send(new DescribeTimeToLiveCommand({ TableName: RESTORED }));
        expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('ENABLED');
        const { ContinuousBackupsDescription: backups } = await table().send(
          new DescribeContinuousBackupsCommand({ TableName: RESTORED }),
        );
        expect(backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('ENABLED');
        // The emulated AWS forgets that a restored table is encrypted.
        const encrypted = { address: 'module.table.aws_dynamodb_table.this', action: 'update' };
        const left = plannedChanges(await operator.plan('-json'));
        expect(left.filter(({ action, address }) => action !== 'update' || address.includes('.table.'))).toEqual([
          encrypted,
        ]);
      }, 180_000);
    });

    test('of users is what an export lacks: it has everyone, in a file that nobody else reads', async () => {
      const pool = known(Object.values(cloud().outputs.profile.value.pools)[0]);
      const cognito = new CognitoIdentityProviderClient(cloud().emulator.client);
      const names = ['export-a', 'export-b', 'export-c'];
      for (const Username of names) {
        await cognito.send(new AdminCreateUserCommand({ UserPoolId: pool.userPoolId, Username }));
      }
      await succeed(EXPORT, 'list-users', { POOL_ID: pool.userPoolId });
      const file = join(operator.directory, 'users.json');
      const { Users } = JSON.parse(await readFile(file, 'utf8')) as { Users: { Username: string }[] };
      expect(Users.map(({ Username }) => Username)).toEqual(expect.arrayContaining(names));
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    });
  });
}
