import type { Problem } from '../http/problem.js';
import { notAllowed } from './auth-problems.js';
import type { Principal } from './claims.js';

declare const declared: unique symbol;

/** What a route asks of callers: a pool, one of the groups where groups are named, and one of the scopes likewise. */
interface Rule<Pool extends string> {
  /** Made by a declared pool alone: a misspelt pool, group or scope does not compile. */
  readonly [declared]: true;
  readonly pool: Pool;
  readonly groups?: readonly string[];
  /** In full, `RESOURCE_SERVER/NAME`. */
  readonly scopes?: readonly string[];
}

/** Admits people of a pool, or where it names scopes everyone who has one of them: machines are admitted by scope only. */
export interface AccessRule<Pool extends string = string> extends Rule<Pool> {
  readonly ownerOnly?: false;
}

/** Admits people of a pool to what is their own; for routes of a resource that names its owner. */
export interface OwnerRule<Pool extends string = string> extends Rule<Pool> {
  readonly ownerOnly: true;
}

/** Who may call a route: everyone, or callers who meet one of the rules. An empty list doesn't compile. */
export type Allow = 'everyone' | readonly [AccessRule | OwnerRule, ...(AccessRule | OwnerRule)[]];

/** The members of a rule, without the mark of a declared pool. */
export type RuleMembers = Pick<AccessRule | OwnerRule, 'pool' | 'groups' | 'scopes' | 'ownerOnly'>;

/** A pool that `access.ts` declares: a rule that admits its people, and the maker of narrower rules. */
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
    return Object.freeze({ pool: this.pool, groups }) as unknown as AccessRule<Name>;
  }

  /** Admits machines and people whose token has one of the scopes. */
  scope(...scopes: [Scope, ...Scope[]]): AccessRule<Name> {
    const inFull = scopes.map((scope) => `${this.#resourceServer}/${scope}`);
    return Object.freeze({ pool: this.pool, scopes: inFull }) as unknown as AccessRule<Name>;
  }

  /** Admits a person to what is their own. */
  owner(): OwnerRule<Name> {
    return Object.freeze({ pool: this.pool, ownerOnly: true }) as OwnerRule<Name>;
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
