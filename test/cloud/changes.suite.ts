import { describe, expect, test } from '@jest/globals';
import { routeKeyOf, routes, type Route } from '../../app/api/routes.js';
import type { Cloud } from './cloud.js';
import { kitchen, packageFolder, varFile } from './settings.js';
import { plannedChanges } from './terraform.js';

const toCustomers = (route: Route): Route => ({ ...route, allow: [{ pool: 'customers' }] });

/** What a deployment would do to what is there. */
export function changes(cloud: () => Cloud) {
  describe('a plan', () => {
    const plan = (...options: string[]) =>
      cloud().terraform.run('plan', '-lock=false', '-detailed-exitcode', ...cloud().options, ...options);

    test('has nothing to do after an apply', async () => {
      expect(await plan()).toMatchObject({ status: 0 });
    });

    test('updates in place, and replaces nothing, when memory, password policy, groups and throttle change', async () => {
      const { customers, staff } = kitchen.pools;
      const settings = await varFile(cloud().scratch, 'changed', {
        pools: {
          customers: { ...customers, password_policy: { ...customers.password_policy, minimum_length: 16 } },
          staff: { ...staff, groups: { ...staff.groups, bakers: 'May bake pizzas.' } },
        },
        api: { ...kitchen.api, throttle: { rate: 50, burst: 60 } },
        function: { memory_mb: 1024 },
      });

      const planned = plannedChanges(await plan('-json', settings));
      expect(planned.map(({ action, address }) => `${action} ${address}`).toSorted()).toEqual([
        'create module.user_pool["staff"].aws_cognito_user_group.this["bakers"]',
        'update module.function.aws_lambda_alias.this',
        'update module.function.aws_lambda_function.this',
        'update module.http_api.aws_apigatewayv2_stage.this',
        'update module.user_pool["customers"].aws_cognito_user_pool.this',
      ]);
    });

    test('follows the route table, route by route', async () => {
      const menu: Route = {
        method: 'GET',
        path: '/menu',
        allow: 'everyone',
        summary: '',
        handle: () => () => undefined,
      };
      const others = routes.map((route) => {
        if (routeKeyOf(route) === 'GET /me') return menu;
        return routeKeyOf(route) === 'POST /pizzas' ? toCustomers(route) : route;
      });
      const folder = await packageFolder(cloud().scratch, 'other-routes', others);

      const planned = plannedChanges(await plan('-json', `-var=package_dir=${folder}`));
      const plannedRoutes = planned.filter(({ address }) => address.includes('aws_apigatewayv2_route'));
      expect(plannedRoutes.map(({ action, address }) => `${action} ${address}`).toSorted()).toEqual([
        'create module.http_api.aws_apigatewayv2_route.this["GET /menu"]',
        'delete module.http_api.aws_apigatewayv2_route.this["GET /me"]',
        'update module.http_api.aws_apigatewayv2_route.this["POST /pizzas"]',
      ]);
      expect(planned.filter(({ action }) => action === 'replace')).toEqual([]);
    });
  });
}
