import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { settings } from '../../app/api/settings.js';
import type { GatewayRoute } from '../../app/platform/contract/gateway.js';
import type { Cloud } from '../cloud/cloud.js';
import { ORIGIN } from '../cloud/everything.js';
import { known } from '../cloud/deployed.js';
import { packageFolder, type Documents } from '../cloud/package.js';
import { ACCESS_TTLS } from '../cloud/probes.js';
import { plannedChanges, type PlannedChange } from '../cloud/terraform.js';
import { varFile } from '../cloud/tfvars.js';

const POOLS = Object.keys(access.document);
const [POOL = ''] = POOLS;

/** What a plan would do after a change of the declarations or of tfvars. */
export function changes(cloud: () => Cloud) {
  describe('a plan', () => {
    const plan = (...options: string[]) =>
      cloud().terraform.run('plan', '-lock=false', '-detailed-exitcode', ...cloud().options, ...options);

    /** The state is what was just deployed: it is not read again. */
    async function planned(...options: string[]) {
      return plannedChanges(await plan('-json', '-refresh=false', ...options));
    }

    async function plannedWith(name: string, others: Partial<Documents>) {
      return planned(`-var=package_dir=${await packageFolder(cloud().scratch, name, others)}`);
    }

    const lines = (changes: readonly PlannedChange[]) =>
      changes.map(({ action, address }) => `${action} ${address}`).toSorted();

    test('updates in place, and replaces nothing, when memory, password policy and throttle change', async () => {
      const tfvars = await varFile(cloud().scratch, 'changed', {
        all_pools: { password_policy: { minimum_length: 16 } },
        api: { cors: { origins: [ORIGIN] }, throttle: { rate: 50, burst: 60 } },
        function: { log_level: 'info', memory_mb: 1024 },
      });
      expect(lines(await planned(tfvars))).toEqual(
        [
          'update module.function.aws_lambda_function.this',
          'update module.http_api.aws_apigatewayv2_stage.this',
          ...POOLS.map((pool) => `update module.user_pool["${pool}"].aws_cognito_user_pool.this`),
        ].toSorted(),
      );
    });

    test('without the access authorizer gives its routes back, and changes nothing else of what stays', async () => {
      const changes = await planned('-var=access_authorizer=false');
      const stays = changes.filter(({ action }) => action !== 'delete');
      const changed = [...ACCESS_TTLS.keys()].map(
        (key) => `update module.http_api.aws_apigatewayv2_route.this["${key}"]`,
      );
      const hasSmallerLimits = cloud().documents.gateway.routes.some(
        ({ routeKey, pool }) => pool === null && ACCESS_TTLS.has(routeKey),
      );
      const stage = hasSmallerLimits ? ['update module.http_api.aws_apigatewayv2_stage.this'] : [];
      expect(lines(stays)).toEqual([...changed, ...stage].toSorted());
      const deleted = changes
        .filter(({ action }) => action === 'delete')
        .map(({ address }) => address.replace(/\[.*/, ''));
      expect(new Set(deleted)).toEqual(
        new Set(
          changed.length === 0
            ? []
            : [
                'module.access_authorizer',
                'module.http_api.aws_apigatewayv2_authorizer.access',
                'module.http_api.aws_lambda_permission.access',
              ],
        ),
      );
    });

    test("without the tenants' role takes it away, and changes nothing but the function", async () => {
      expect(lines(await planned('-var=tenant_isolation=code'))).toEqual([
        'delete module.tenant_role["tenant"].aws_iam_role.this',
        'delete module.tenant_role["tenant"].aws_iam_role_policy.function',
        'delete module.tenant_role["tenant"].aws_iam_role_policy.this',
        'update module.function.aws_lambda_function.this',
      ]);
    });

    test("gives the function's own role tenants' items back before their role goes", async () => {
      expect(lines(await planned('-var=tenant_isolation=role'))).toEqual([
        'update module.tenant_role["tenant"].aws_iam_role_policy.function',
      ]);
    });

    test('follows the routes, one by one', async () => {
      const [removed, changed, ...kept] = cloud().documents.gateway.routes;
      const swapped: GatewayRoute = {
        ...known(changed),
        pool: changed?.pool === null ? POOL : null,
        scopes: [],
      };
      const routes = [swapped, ...kept, { routeKey: 'GET /added-by-a-test', pool: null, scopes: [] }];

      const others = cloud().documents.authorizer.routes.filter(({ routeKey }) =>
        kept.some((route) => route.routeKey === routeKey),
      );
      const authorizer = { ...cloud().documents.authorizer, routes: others };

      const changes = await plannedWith('other-routes', { gateway: { routes }, authorizer });
      expect(lines(changes.filter(({ address }) => address.includes('aws_apigatewayv2_route')))).toEqual([
        'create module.http_api.aws_apigatewayv2_route.this["GET /added-by-a-test"]',
        `delete module.http_api.aws_apigatewayv2_route.this["${known(removed).routeKey}"]`,
        `update module.http_api.aws_apigatewayv2_route.this["${swapped.routeKey}"]`,
      ]);
      expect(changes.filter(({ action }) => action === 'replace')).toEqual([]);
    });

    test('follows the groups and machines of a pool, and the indexes of the table', async () => {
      const { pools, deployment } = cloud().documents;
      const pool = known(pools[POOL]);
      const index = { name: 'addedByATest', hashKey: 'addedByATestPk', rangeKey: 'addedByATestSk' };
      const changes = await plannedWith('other-declarations', {
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
      expect(lines(changes)).toEqual(
        expect.arrayContaining([
          'create module.machine_client["added-by-a-test"].aws_cognito_user_pool_client.this',
          `create module.user_pool["${POOL}"].aws_cognito_user_group.this["added-by-a-test"]`,
          'update module.function.aws_iam_role_policy.this',
          'update module.table.aws_dynamodb_table.this',
        ]),
      );
      expect(changes.filter(({ action }) => action === 'replace' || action === 'delete')).toEqual([]);
    });

    test("passes the API's own settings on to the function by name", async () => {
      const { scratch, terraform, options, deployed } = cloud();
      const values = Object.fromEntries(
        Object.entries(settings).map(([name, setting]) => [
          name,
          setting.default ?? known(deployed.function.environment[name]),
        ]),
      );
      const file = join(scratch, 'settings.tfplan');
      await terraform.succeed(
        'plan',
        '-lock=false',
        '-refresh=false',
        `-out=${file}`,
        ...options,
        await varFile(scratch, 'settings', { settings: values }),
      );
      const { planned_values: after } = JSON.parse((await terraform.succeed('show', '-json', file)).stdout) as {
        planned_values: { root_module: { child_modules: { resources: PlannedResource[] }[] } };
      };
      const resources = after.root_module.child_modules.flatMap((module) => module.resources);
      const lambda = resources.find(({ address }) => address === 'module.function.aws_lambda_function.this');
      expect(lambda?.values.environment?.[0]?.variables).toEqual({ ...deployed.function.environment, ...values });
    });
  });
}

interface PlannedResource {
  readonly address: string;
  readonly values: { readonly environment?: readonly { readonly variables: Readonly<Record<string, string>> }[] };
}
