import type { Problem } from '../http/problem.js';
import { notAllowed } from './auth-problems.js';
import type { Principal } from './claims.js';
import type { RuleMembers } from './declared-pool.js';

export { DeclaredPool, type AccessRule, type Allow, type OwnerRule, type RuleMembers } from './declared-pool.js';

function meets({ pool, groups, scopes }: RuleMembers, caller: Principal) {
  return (
    pool === caller.pool &&
    (scopes === undefined ? caller.username !== null : scopes.some((scope) => caller.scopes.includes(scope))) &&
    (groups === undefined || groups.some((group) => caller.groups.includes(group)))
  );
}

const MEMBERS = ['pool', 'groups', 'scopes', 'ownerOnly'];

/** RFC 6749 section 3.3, scope-token: nothing that could end the quotes of a challenge. */
const SCOPE = /^[!#-[\]-~]+$/;

function isList(value: unknown, isItem: (item: string) => boolean) {
  return (
    value === undefined ||
    (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && isItem(item)))
  );
}

/** For rules that no compiler has checked, when a route is registered: a misspelt `group` would admit a whole pool. */
export function assertRules(allow: readonly RuleMembers[]) {
  const rules: unknown = allow;
  if (!Array.isArray(rules) || rules.length === 0)
    throw new Error("allow must be 'everyone' or a list of access rules");
  for (const rule of allow) {
    if (typeof rule !== 'object' || rule === null) throw new Error('An access rule must be an object');
    const unknown = Object.keys(rule).find((member) => !MEMBERS.includes(member));
    if (unknown !== undefined) throw new Error(`An access rule has no member ${unknown}, only ${MEMBERS.join(', ')}`);
    if (!isList([rule.pool], Boolean)) throw new Error('An access rule must name a pool');
    if (!isList(rule.groups, Boolean)) {
      throw new Error('The groups of an access rule must be a list of names, or left out');
    }
    if (!isList(rule.scopes, (scope) => SCOPE.test(scope))) {
      throw new Error('The scopes of an access rule must be a list of scopes (RFC 6749 section 3.3), or left out');
    }
    if (!['undefined', 'boolean'].includes(typeof rule.ownerOnly)) {
      throw new Error('The ownerOnly of an access rule must be true or false, or left out');
    }
  }
}

/** A check of verified callers: undefined when they meet one of the rules, else the problem, created beforehand. */
export function createRuleCheck(rules: readonly RuleMembers[]): (caller: Principal) => Problem | undefined {
  const problems = new Map(
    rules.map(({ pool }) => [
      pool,
      notAllowed([...new Set(rules.filter((rule) => rule.pool === pool).flatMap(({ scopes }) => scopes ?? []))]),
    ]),
  );
  const otherPool = notAllowed([], 'pool_not_allowed');
  return (caller) => (rules.some((rule) => meets(rule, caller)) ? undefined : (problems.get(caller.pool) ?? otherPool));
}

/** Whether the caller is admitted only as the owner of what the path names. */
export function isOwnerOnly(rules: readonly RuleMembers[], caller: Principal): boolean {
  return rules.every((rule) => rule.ownerOnly || !meets(rule, caller));
}
