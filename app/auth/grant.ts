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

const MEMBERS = ['pool', 'groups', 'scopes'];

/** RFC 6749 section 3.3, scope-token: nothing that could end the quotes of a challenge. */
const SCOPE = /^[!#-[\]-~]+$/;

function isList(value: unknown, isItem: (item: string) => boolean) {
  return (
    value === undefined ||
    (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && isItem(item)))
  );
}

/** What the compiler can't see, checked when a route is registered: a misspelt `group` would open the door to a whole pool. */
export function assertGrants(allow: readonly Grant[]) {
  const grants: unknown = allow;
  if (!Array.isArray(grants) || grants.length === 0) throw new Error("allow must be 'everyone' or a list of grants");
  for (const grant of allow) {
    const stranger = Object.keys(grant).find((member) => !MEMBERS.includes(member));
    if (stranger !== undefined) throw new Error(`A grant has no member ${stranger}, only ${MEMBERS.join(', ')}`);
    if (!isList([grant.pool], Boolean)) throw new Error('A grant must name a pool');
    if (!isList(grant.groups, Boolean)) throw new Error('The groups of a grant must be a list of names, or left out');
    if (!isList(grant.scopes, (scope) => SCOPE.test(scope))) {
      throw new Error('The scopes of a grant must be a list of scopes (RFC 6749 section 3.3), or left out');
    }
  }
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
