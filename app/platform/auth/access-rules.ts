import type { Problem } from '../http/problem.js';
import { notAllowed } from './auth-problems.js';
import type { Principal } from './principal.js';

declare const declared: unique symbol;

/** What a route asks of callers: a pool, and one of the groups and one of the scopes where they are named. */
interface Rule<Pool extends string> {
  /** Made by a declared pool alone: a misspelt pool, group or scope does not compile. */
  readonly [declared]: true;
  readonly pool: Pool;
  readonly groups?: readonly string[];
  /** In full, `RESOURCE_SERVER/NAME`. */
  readonly scopes?: readonly string[];
}

/** Admits people of a pool, or where it names scopes whoever holds one of them: machines are admitted by scope alone. */
export interface AccessRule<Pool extends string = string> extends Rule<Pool> {
  readonly ownerOnly?: false;
}

/** Admits people of a pool to what is their own; for routes on a resource, which says whose it is. */
export interface OwnerRule<Pool extends string = string> extends Rule<Pool> {
  readonly ownerOnly: true;
}

/** Who may call a route: everyone, or callers who meet one of the rules. An empty list doesn't compile. */
export type Allow = 'everyone' | readonly [AccessRule | OwnerRule, ...(AccessRule | OwnerRule)[]];

/** What a rule says, without the mark that a declared pool gives it. */
export type RuleMembers = Pick<AccessRule | OwnerRule, 'pool' | 'groups' | 'scopes' | 'ownerOnly'>;

function createRule<R extends AccessRule | OwnerRule>(members: RuleMembers): R {
  return Object.freeze(members) as R;
}

/** A pool that `access.ts` declares: itself the rule that admits its people, and what narrower rules are made from. */
export class DeclaredPool<
  Name extends string = string,
  Group extends string = never,
  Scope extends string = never,
> implements AccessRule<Name> {
  declare readonly [declared]: true;
  readonly pool: Name;
  readonly #resourceServer: string;

  constructor(pool: Name, resourceServer: string) {
    this.pool = pool;
    this.#resourceServer = resourceServer;
  }

  /** Admits people in one of the groups. */
  group(...groups: [Group, ...Group[]]): AccessRule<Name> {
    return createRule({ pool: this.pool, groups });
  }

  /** Admits whoever holds one of the scopes, machines and people. */
  scope(...scopes: [Scope, ...Scope[]]): AccessRule<Name> {
    return createRule({ pool: this.pool, scopes: scopes.map((scope) => `${this.#resourceServer}/${scope}`) });
  }

  /** Admits a person to what is their own. */
  owner(): OwnerRule<Name> {
    return createRule({ pool: this.pool, ownerOnly: true });
  }
}

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

/** What JavaScript would let pass, checked when a route is registered: a misspelt `group` would admit a whole pool. */
export function assertRules(allow: readonly RuleMembers[]) {
  const rules: unknown = allow;
  if (!Array.isArray(rules) || rules.length === 0)
    throw new Error("allow must be 'everyone' or a list of access rules");
  for (const rule of allow) {
    const unknown = Object.keys(rule).find((member) => !MEMBERS.includes(member));
    if (unknown !== undefined) throw new Error(`An access rule has no member ${unknown}, only ${MEMBERS.join(', ')}`);
    if (!isList([rule.pool], Boolean)) throw new Error('An access rule must name a pool');
    if (!isList(rule.groups, Boolean)) {
      throw new Error('The groups of an access rule must be a list of names, or left out');
    }
    if (!isList(rule.scopes, (scope) => SCOPE.test(scope))) {
      throw new Error('The scopes of an access rule must be a list of scopes (RFC 6749 section 3.3), or left out');
    }
  }
}

/** A check of verified callers against rules: nothing when one is met, else the problem, made ready beforehand. */
export function createRuleCheck(rules: readonly RuleMembers[]): (caller: Principal) => Problem | undefined {
  const problems = new Map(
    rules.map(({ pool }) => [
      pool,
      notAllowed([...new Set(rules.filter((rule) => rule.pool === pool).flatMap(({ scopes }) => scopes ?? []))]),
    ]),
  );
  const otherPool = notAllowed([]);
  return (caller) => (rules.some((rule) => meets(rule, caller)) ? undefined : (problems.get(caller.pool) ?? otherPool));
}

/** Whether the caller is admitted only as the owner of what the path names. */
export function isOwnerOnly(rules: readonly RuleMembers[], caller: Principal): boolean {
  return rules.every((rule) => rule.ownerOnly || !meets(rule, caller));
}
