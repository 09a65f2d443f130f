import { describe, expect, test } from '@jest/globals';
import type { Allow } from '../../app/platform/auth/access-rules.js';
import { routeKeyOf, routes, type Route } from '../../app/api/routes.js';
import type { Callers } from './callers.js';
import type { Cloud } from './cloud.js';
import { differences } from './access-differences.js';

const WHO = {
  nobody: { token: () => undefined, pool: undefined, groups: [], scopes: [] },
  regular: { token: ({ regular }: Callers) => regular.idToken, pool: 'customers', groups: [], scopes: [] },
  chef: { token: ({ chef }: Callers) => chef.accessToken, pool: 'staff', groups: ['chefs'], scopes: [] },
  waiter: { token: ({ waiter }: Callers) => waiter.idToken, pool: 'staff', groups: [], scopes: [] },
  machine: {
    token: ({ machine }: Callers) => machine,
    pool: 'staff',
    groups: [],
    scopes: ['pizza-api/pizzas.write'],
  },
} satisfies Record<string, Caller>;

interface Caller {
  readonly token: (callers: Callers) => string | undefined;
  readonly pool: string | undefined;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
}

function isMeant(allow: Allow, { pool, groups, scopes }: Caller) {
  if (allow === 'everyone') return true;
  const oneOf = (asked: readonly string[] | undefined, held: readonly string[]) =>
    !asked || asked.some((name) => held.includes(name));
  return allow.some((rule) => rule.pool === pool && oneOf(rule.groups, groups) && oneOf(rule.scopes, scopes));
}

/** The gateway and the app hold the same route table, and together let in who is meant and nobody else. */
export function bothDoors(cloud: () => Cloud, callers: () => Callers) {
  describe('the two doors', () => {
    test('let the same callers in on every route, deployed or in the app', () => {
      expect(differences(cloud().deployed, routes)).toEqual([]);
    });

    test.each(routes.map((route) => [routeKeyOf(route), route] as const))(
      'are found to differ when %s is given to others without a new build',
      (_key, changed) => {
        const allow: Allow = changed.allow === 'everyone' ? [{ pool: 'customers' }] : 'everyone';
        const others: Allow = [{ pool: 'staff', scopes: ['pizza-api/others'] }];
        const withRoute = (route: Route) => routes.map((each) => (each === changed ? route : each));
        const alike = isOpenAtGateway(changed.allow) && isOpenAtGateway(allow);

        expect(differences(cloud().deployed, withRoute({ ...changed, allow }))).toHaveLength(alike ? 0 : 1);
        expect(differences(cloud().deployed, withRoute({ ...changed, allow: others }))).toHaveLength(1);
      },
    );

    test('are found to differ when a route is there for one of them alone', () => {
      expect(differences(cloud().deployed, routes.slice(1))).toHaveLength(1);
    });

    test.each(
      Object.entries(WHO).flatMap(([name, who]) =>
        routes.map((route) => [name, routeKeyOf(route), isMeant(route.allow, who) ? 'in' : 'out', who, route] as const),
      ),
    )('together keep %s on %s %s', async (_name, _key, expected, who, { method, path }) => {
      const token = who.token(callers());
      const response = await fetch(cloud().running.url + path.replace(/\{\w+\}/, 'none'), {
        method,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
      await response.body?.cancel();
      expect([401, 403].includes(response.status) ? 'out' : 'in').toBe(expected);
    });
  });
}

function isOpenAtGateway(allow: Allow) {
  return allow === 'everyone' || new Set(allow.map(({ pool }) => pool)).size > 1;
}
