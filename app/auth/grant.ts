import type { Problem } from '../http/problem.js';
import type { Principal } from './principal.js';
import { notAllowed } from './refusal.js';

/** Lets in who holds a token of the pool, and one of the groups and one of the scopes where they are named. */
export interface Grant {
  readonly pool: string;
  readonly groups?: readonly [string, ...string[]];
  readonly scopes?: readonly [string, ...string[]];
}

/** Who may call a route: everyone, or whoever meets one of the grants. An empty list doesn't compile. */
export type Allow = 'everyone' | readonly [Grant, ...Grant[]];

function meets({ pool, groups, scopes }: Grant, caller: Principal) {
  return (
    pool === caller.pool &&
    (groups === undefined || groups.some((group) => caller.groups.includes(group))) &&
    (scopes === undefined || scopes.some((scope) => caller.scopes.includes(scope)))
  );
}

/** A check of verified callers against grants: nothing when one is met, else the refusal, made ready beforehand. */
export function checkGrants(grants: readonly Grant[]): (caller: Principal) => Problem | undefined {
  const refusals = new Map(
    grants.map(({ pool }) => [
      pool,
      notAllowed([...new Set(grants.filter((grant) => grant.pool === pool).flatMap(({ scopes }) => scopes ?? []))]),
    ]),
  );
  const otherPool = notAllowed([]);
  return (caller) =>
    grants.some((grant) => meets(grant, caller)) ? undefined : (refusals.get(caller.pool) ?? otherPool);
}
