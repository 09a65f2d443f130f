import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { settings } from '../../app/api/settings.js';
import type { GatewayRoute } from '../../app/platform/contract/gateway.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { packageFolder } from './package.js';
import { varFile } from './tfvars.js';

const POOLS = Object.keys(access.document);
const [POOL = ''] = POOLS;

/** What a plan would do after a change of the declarations or of tfvars. */
export function changes(cloud: () => Cloud) {
  describe('a plan', () => {
    test('has nothing to do after an apply', async () => {
      const { terraform, options } = cloud();
      expect(await terraform.run('plan', '-lock=false', '-detailed-exitcode', ...options)).toMatchObject({ status: 0 });
    });

    /** What a plan would do to what has just been compared with its state. */
    async function planned(...options: string[]): Promise<readonly ResourceChange[]> {
      const { terraform, scratch, options: deployed } = cloud();
      const file = join(scratch, 'changes.tfplan');
      await terraform.succeed('plan', '-lock=false', '-refresh=false', `-out=${file}`, ...deployed, ...options);
      const plan = JSON.parse((await terraform.succeed('show', '-json', file)).stdout) as {
        resource_changes: readonly ResourceChange[];
      };
      return plan.resource_changes.filter(({ change }) => !['no-op', 'read'].includes(change.actions.join()));
    }

    const lines = (changes: readonly ResourceChange[]) =>
      changes.map(({ change, address }) => `${change.actions.join('-')} ${address}`).toSorted();

    test("updates in place, and replaces nothing, when memory, password policy, throttle and the API's own settings change", async () => {
      const { scratch, deployed } = cloud();
      const values = Object.fromEntries(
        Object.entries(settings).map(([name, setting]) => [
          name,
          setting.default ?? known(deployed.function.environment[name]),
        ]),
      );
      const tfvars = await varFile(scratch, 'changed', {
        all_pools: { password_policy: { minimum_length: 16 } },
        api: { cors: { origins: ['https://app.example.com'] }, throttle: { rate: 50, burst: 60 } },
        function: { log_level: 'info', memory_mb: 1024 },
        settings: values,
      });
      const changes = await planned(tfvars);
      expect(lines(changes)).toEqual(
        [
          'update module.function.aws_lambda_alias.this',
          'update module.function.aws_lambda_function.this',
          'update module.http_api.aws_apigatewayv2_stage.this',
          ...POOLS.map((pool) => `update module.user_pool["${pool}"].aws_cognito_user_pool.this`),
        ].toSorted(),
      );
      const lambda = changes.find(({ address }) => address === 'module.function.aws_lambda_function.this');
      expect(lambda?.change.after?.environment?.[0]?.variables).toEqual({
        ...deployed.function.environment,
        ...values,
      });
    });

    test('follows the routes, one by one, the groups and machines of a pool, and the indexes of the table', async () => {
      const { gateway, pools, deployment } = cloud().documents;
      const [removed, changed, ...kept] = gateway.routes;
      const swapped: GatewayRoute = { ...known(changed), pool: changed?.pool === null ? POOL : null, scopes: [] };
      const pool = known(pools[POOL]);
      const index = { name: 'addedByATest', hashKey: 'addedByATestPk', rangeKey: 'addedByATestSk' };
      const folder = await packageFolder(cloud().scratch, 'other-declarations', {
        gateway: { routes: [swapped, ...kept, { routeKey: 'GET /added-by-a-test', pool: null, scopes: [] }] },
        pools: {
          ...pools,
          [POOL]: {
            ...pool,
            groups: { ...pool.groups, 'added-by-a-test': 'May test.' },
            scopes: { ...pool.scopes, 'test.run': 'Run tests.' },
            clients: {
              ...pool.clients,
              'added-by-a-test': { type: 'machine', scopes: [`${pool.resourceServer}/test.run`] },
            },
          },
        },
        deployment: { ...deployment, table: { ...deployment.table, indexes: [...deployment.table.indexes, index] } },
      });
      const changes = lines(await planned(`-var=package_dir=${folder}`));
      const isOfRoute = (line: string) => line.includes('aws_apigatewayv2_route');
      expect(changes.filter(isOfRoute)).toEqual([
        'create module.http_api.aws_apigatewayv2_route.this["GET /added-by-a-test"]',
        `delete module.http_api.aws_apigatewayv2_route.this["${known(removed).routeKey}"]`,
        `update module.http_api.aws_apigatewayv2_route.this["${swapped.routeKey}"]`,
      ]);
      expect(changes).toEqual(
        expect.arrayContaining([
          'create module.machine_client["added-by-a-test"].aws_cognito_user_pool_client.this',
          `create module.user_pool["${POOL}"].aws_cognito_user_group.this["added-by-a-test"]`,
          'update module.function.aws_iam_role_policy.this',
          'update module.table.aws_dynamodb_table.this',
        ]),
      );
      expect(changes.filter((line) => !isOfRoute(line) && !/^(?:create|update) /.test(line))).toEqual([]);
    });
  });
}

/** A resource in the JSON of a plan: https://developer.hashicorp.com/terraform/internals/json-format */
interface ResourceChange {
  readonly address: string;
  readonly change: {
    /** Two for one that is replaced. */
    readonly actions: readonly string[];
    readonly after: {
      readonly environment?: readonly { readonly variables: Readonly<Record<string, string>> }[];
    } | null;
  };
}
