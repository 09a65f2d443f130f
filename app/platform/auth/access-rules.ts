import type { Problem } from '../http/problem.js';
import type { Principal } from './principal.js';
import { notAllowed } from './auth-problems.js';

/** Lets in who holds a token of the pool, and one of the groups and one of the scopes where they are named. */
export interface AccessRule {
  readonly pool: string;
  readonly groups?: readonly [string, ...string[]];
  readonly scopes?: readonly [string, ...string[]];
}

/** Who may call a route: everyone, or whoever meets one of the rules. An empty list doesn't compile. */
export type Allow = 'everyone' | readonly [AccessRule, ...AccessRule[]];

function meets({ pool, groups, scopes }: AccessRule, caller: Principal) {
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

/** What the compiler can't see, checked when a route is registered: a misspelt `group` would open the target to a whole pool. */
export function assertRules(allow: readonly AccessRule[]) {
  const rules: unknown = allow;
  if (!Array.isArray(rules) || rules.length === 0) throw new Error("allow must be 'everyone' or a list of rules");
  for (const rule of allow) {
    const stranger = Object.keys(rule).find((member) => !MEMBERS.includes(member));
    if (stranger !== undefined) throw new Error(`A rule has no member ${stranger}, only ${MEMBERS.join(', ')}`);
    if (!isList([rule.pool], Boolean)) throw new Error('A rule must name a pool');
    if (!isList(rule.groups, Boolean)) throw new Error('The groups of a rule must be a list of names, or left out');
    if (!isList(rule.scopes, (scope) => SCOPE.test(scope))) {
      throw new Error('The scopes of a rule must be a list of scopes (RFC 6749 section 3.3), or left out');
    }
  }
}

/** A check of verified callers against rules: nothing when one is met, else the refusal, made ready beforehand. */
export function createRuleCheck(rules: readonly AccessRule[]): (caller: Principal) => Problem | undefined {
  const refusals = new Map(
    rules.map(({ pool }) => [
      pool,
      notAllowed([...new Set(rules.filter((rule) => rule.pool === pool).flatMap(({ scopes }) => scopes ?? []))]),
    ]),
  );
  const otherPool = notAllowed([]);
  return (caller) => (rules.some((rule) => meets(rule, caller)) ? undefined : (refusals.get(caller.pool) ?? otherPool));
}
