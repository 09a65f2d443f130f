import type { Problem } from '../http/problem.js';
import { notAllowed, type NotAllowedReason } from './auth-problems.js';
import type { Principal } from './claims.js';
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
