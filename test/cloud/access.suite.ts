import { beforeAll, describe, expect, test } from '@jest/globals';
import { access } from '../../app/api/access.js';
import { routes } from '../../app/api/routes.js';
import { routeKeyOf } from '../../app/platform/http/route.js';
import { differences, type RouteAccess } from './access-differences.js';
import { CALLERS, signIn, type Caller } from './callers.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';
import { ACCESS_TTLS } from './probes.js';

type Allow = RouteAccess['allow'];

const [POOL = ''] = Object.keys(access.document);

/** A rule without scopes admits people; a machine is admitted by its scope alone. Claims narrow each rule. */
function isAdmitted(allow: Allow, { pool, machine, groups, scopes, claims }: Caller) {
  if (allow === 'everyone') return true;
  return allow.some(
    (rule) =>
      rule.pool === pool &&
      (rule.scopes ? rule.scopes.some((scope) => scopes.includes(scope)) : machine === undefined) &&
      (!rule.groups || rule.groups.some((group) => groups.includes(group))) &&
      (rule.claims ?? []).every(({ name, values }) => {
        const held = new Set<unknown>([claims[name] ?? []].flat());
        return values ? values.some((value) => held.has(value)) : name in claims;
      }),
  );
}

/** What a caller who is not admitted gets: 401 without a token and from the JWT authorizer of another pool, else 403. */
function expectedOutcome(route: RouteAccess, caller: Caller) {
  const { allow } = route;
  if (isAdmitted(allow, caller)) return 'admitted';
  if (caller.pool === undefined) return 'unauthorized';
  const isOwn = allow !== 'everyone' && allow.some(({ pool }) => pool === caller.pool);
  return isOwn || ACCESS_TTLS.has(routeKeyOf(route)) ? 'forbidden' : 'unauthorized';
}

/** Beyond access, a call without input is often refused; a server error is never right. */
function outcomeOf(status: number) {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return status < 500 ? 'admitted' : `failed with ${status}`;
}

/** The gateway authorizer and the app guard hold the same route table, and admit who is allowed and nobody else. */
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

  describe('gateway authorizer and app guard', () => {
    let tokens: ReadonlyMap<string, string>;

    beforeAll(async () => {
      tokens = await signIn(cloud());
    });

    describe.each(CALLERS.map((caller) => [caller.name, caller] as const))('with %s', (name, caller) => {
      test.each(routes.map((route) => [routeKeyOf(route), expectedOutcome(route, caller), route] as const))(
        'on %s: %s',
        async (_key, expected, { method, path }) => {
          const token = tokens.get(name);
          const before = cloud().running.invocations();
          const response = await fetch(cloud().running.url + path.replaceAll(/\{\w+\}/g, 'none'), {
            method,
            headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          });
          await response.body?.cancel();
          expect(outcomeOf(response.status)).toBe(expected);
          // Whom the gateway admits and the app refuses, or the reverse, they don't decide alike.
          expect(cloud().running.invocations() - before).toBe(expected === 'admitted' ? 1 : 0);
        },
      );
    });
  });
}
