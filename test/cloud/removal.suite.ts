import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { ACCESS_TTLS } from './probes.js';
import type { Emulator } from '../harness/emulated-aws.js';

/** The names of all resources, by kind. */
export async function resourceNames({ client }: Emulator): Promise<Readonly<Record<string, string[]>>> {
  const [pools, apis, functions, tables, roles, logs] = await Promise.all([
    new CognitoIdentityProviderClient(client).send(new ListUserPoolsCommand({ MaxResults: 60 })),
    new ApiGatewayV2Client(client).send(new GetApisCommand()),
    new LambdaClient(client).send(new ListFunctionsCommand()),
    new DynamoDBClient(client).send(new ListTablesCommand()),
    new IAMClient(client).send(new ListRolesCommand()),
    new CloudWatchLogsClient(client).send(new DescribeLogGroupsCommand()),
  ]);
  const all = {
    pools: pools.UserPools?.map(({ Name }) => Name),
    apis: apis.Items?.map(({ Name }) => Name),
    functions: functions.Functions?.map(({ FunctionName }) => FunctionName),
    tables: tables.TableNames,
    roles: roles.Roles?.map(({ RoleName }) => RoleName),
    logs: logs.logGroups?.map(({ logGroupName }) => logGroupName),
  };
  return Object.fromEntries(Object.entries(all).map(([kind, names = []]) => [kind, names.map(known).toSorted()]));
}

/** How many resources of each kind there are. */
async function count(emulator: Emulator) {
  const names = Object.entries(await resourceNames(emulator));
  return Object.fromEntries(names.map(([kind, { length }]) => [kind, length]));
}

/** `terraform destroy`: nothing is deployed after it. */
export function removal(cloud: () => Cloud) {
  describe('destroying', () => {
    test('leaves nothing behind', async () => {
      const { emulator, terraform, options, documents } = cloud();
      const pools = Object.keys(documents.pools).length;
      // The API's and that of the revocation events, the triggers, the access authorizer.
      const functions = 2 + documents.deployment.triggers.length + (ACCESS_TTLS.size > 0 ? 1 : 0);
      // The tenants' role besides those of functions, and the gateway's log.
      const expected = { pools, apis: 1, functions, tables: 1, roles: functions + 1, logs: functions + 1 };
      expect(await count(emulator)).toEqual(expected);

      await terraform.succeed('destroy', '-auto-approve', ...options);

      expect(await count(emulator)).toEqual({ pools: 0, apis: 0, functions: 0, tables: 0, roles: 0, logs: 0 });
      expect((await terraform.succeed('state', 'list')).stdout).toBe('');
    }, 180_000);
  });
}
