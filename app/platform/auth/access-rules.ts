import type { Problem } from '../http/problem.js';
import { notAllowed, type NotAllowedReason } from './auth-problems.js';
import type { Principal } from './claims.js';
import type { DeclaredClaims } from './declared-claims.js';
import type { ClaimRule, RuleMembers } from './declared-pool.js';

export {
  DeclaredPool,
  type AccessRule,
  type Allow,
  type ClaimRule,
  type OwnerRule,
  type RuleMembers,
} from './declared-pool.js';

function meetsButClaims({ pool, groups, scopes }: RuleMembers, caller: Principal) {
  return (
    pool === caller.pool &&
    (scopes === undefined ? caller.username !== null : scopes.some((scope) => caller.scopes.includes(scope))) &&
    (groups === undefined || groups.some((group) => caller.groups.includes(group)))
  );
}

const meets = (rule: RuleMembers, caller: Principal) =>
  meetsButClaims(rule, caller) && (rule.claims === undefined || unmetClaim(rule.claims, caller) === undefined);

/** Why the caller's claims are not what a rule asks for, by the first that isn't. */
function unmetClaim(claims: readonly ClaimRule[], caller: Principal): NotAllowedReason | undefined {
  for (const claim of claims) {
    const reason = claimReason(claim, caller);
    if (reason) return reason;
  }
  return undefined;
}

/** Why the caller's claim is not what the rule asks for; undefined where it is. */
function claimReason({ name, values }: ClaimRule, { claims }: Principal): NotAllowedReason | undefined {
  if (!Object.hasOwn(claims, name)) return `claim_missing:${name}`;
  const held = claims[name];
  if (held === undefined) return `claim_malformed:${name}`;
  const isMet =
    values === undefined || values.some((value) => (Array.isArray(held) ? held.includes(value) : held === value));
  return isMet ? undefined : `claim_value:${name}`;
}

const MEMBERS = ['pool', 'groups', 'scopes', 'claims', 'ownerOnly'];

/** RFC 6749 section 3.3, scope-token: nothing that could end the quotes of a challenge. */
const SCOPE = /^[!#-[\]-~]+$/;

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

function isClaimRule(rule: unknown) {
  const { name, values, ...others } = (rule ?? {}) as { name?: unknown; values?: unknown };
  const isValues = values === undefined || (Array.isArray(values) && values.length > 0 && values.every(isScalar));
  return typeof name === 'string' && name !== '' && isValues && Object.keys(others).length === 0;
}

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
    const { claims = [{ name: 'any' }] } = rule;
    if (!Array.isArray(claims) || claims.length === 0 || !claims.every(isClaimRule)) {
      throw new Error('The claims of an access rule must be a list of names, each with a list of values or without');
    }
    if (!['undefined', 'boolean'].includes(typeof rule.ownerOnly)) {
      throw new Error('The ownerOnly of an access rule must be true or false, or left out');
    }
  }
}

/** Throws an Error that names a claim that its pool doesn't declare: nobody would ever have it. */
export function assertDeclaredClaims(allow: readonly RuleMembers[], declared: DeclaredClaims) {
  for (const { pool, claims = [] } of allow) {
    const names = Object.hasOwn(declared, pool) ? declared[pool]?.claims : undefined;
    const unknown = claims.find(({ name }) => !Object.hasOwn(names ?? {}, name));
    if (unknown) throw new Error(`Pool ${pool} declares no claim ${unknown.name} in access.ts`);
  }
}

/** A check of verified callers: undefined when they meet one of the rules, else the problem. */
export function createRuleCheck(rules: readonly RuleMembers[]): (caller: Principal) => Problem | undefined {
  const pools = new Set(rules.map(({ pool }) => pool));
  const scopesOf = (pool: string) => [
    ...new Set(rules.filter((rule) => rule.pool === pool).flatMap(({ scopes }) => scopes ?? [])),
  ];
  const problems = new Map(Array.from(pools, (pool) => [pool, notAllowed(scopesOf(pool))]));
  const otherPool = notAllowed([], 'pool_not_allowed');

  /** The first rule that the caller meets but for its claims says which claim it is. */
  function refusalOf(caller: Principal) {
    for (const rule of rules) {
      const reason = rule.claims && meetsButClaims(rule, caller) && unmetClaim(rule.claims, caller);
      if (reason) return notAllowed(scopesOf(caller.pool), reason);
    }
    return problems.get(caller.pool) ?? otherPool;
  }

  // Routes that ask for no claim don't pay for those that do.
  const admits = rules.some(({ claims }) => claims) ? meets : meetsButClaims;
  return (caller) => (rules.some((rule) => admits(rule, caller)) ? undefined : refusalOf(caller));
}

/** Whether the caller is admitted only as the owner of what the path names. */
export function isOwnerOnly(rules: readonly RuleMembers[], caller: Principal): boolean {
  return rules.every((rule) => rule.ownerOnly || !meets(rule, caller));
}
