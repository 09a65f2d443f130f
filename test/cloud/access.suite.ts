import { describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { routes } from '../../app/api/routes.js';
import { routeKeyOf } from '../../app/platform/http/route.js';
import { differences, type RouteAccess } from './access-differences.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';

type Allow = RouteAccess['allow'];

const [POOL = ''] = Object.keys(access.document);

/** The gateway has the route table of the app; whom the two admit, `prove` tries. */
export function accessControl(cloud: () => Cloud) {
  describe('the gateway authorizers', () => {
    test('agree with the routes of the app', () => {
      expect(differences(cloud().deployed, routes)).toEqual([]);
    });

    test.each(routes.map((route) => [routeKeyOf(route), route] as const))(
      'are reported to differ when the access of %s changes without a deployment',
      (_key, changed) => {
        const allow: Allow = changed.allow === 'everyone' ? [{ pool: POOL }] : 'everyone';
        const others: Allow = [{ pool: POOL, scopes: ['scope/of-another-api'] }];
        const withAccess = (allow: Allow) =>
          routes.map((route): RouteAccess => (route === changed ? { ...route, allow } : route));

        expect(differences(cloud().deployed, withAccess(allow))).toHaveLength(1);
        expect(differences(cloud().deployed, withAccess(others))).toHaveLength(1);
      },
    );

    test('are reported to differ when a route is not deployed, or no longer in the app', () => {
      const [first, ...others] = routes;
      const added: RouteAccess = { method: 'GET', path: '/not-deployed', allow: 'everyone' };
      expect(differences(cloud().deployed, others)).toEqual([expect.stringContaining(routeKeyOf(known(first)))]);
      expect(differences(cloud().deployed, [...routes, added])).toEqual([expect.stringContaining('GET /not-deployed')]);
    });
  });
}
