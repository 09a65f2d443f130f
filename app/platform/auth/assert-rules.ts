import type { DeclaredClaims } from './declared-claims.js';
import type { RuleMembers } from './declared-pool.js';

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
