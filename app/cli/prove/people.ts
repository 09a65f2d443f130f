import type { ClaimRule, RuleMembers } from '../../platform/auth/access-rules.js';
import type { AttributeDeclaration } from '../../platform/contract/claim-declarations.js';
import type { PoolDocument } from '../../platform/contract/pools.js';
import { rulesOf, type ProvedRoute } from './plan.js';

/** A person to be made in a pool, and what is asked of the tokens. */
export interface PersonPlan {
  readonly pool: string;
  /** Of a temporary user: letters and digits. */
  readonly key: string;
  /** After the pool: `in chefs`; empty for a person of no group. */
  readonly label: string;
  readonly description: string;
  readonly groups: readonly string[];
  /** Also in a group that no rule names. */
  readonly inAnotherGroup: boolean;
  /** By name, without `custom:`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What the tokens should hold; where Cognito gives none that does, the caller is left out. */
  readonly claims: readonly ClaimRule[];
  readonly role: 'person' | 'owner' | 'revoked';
}

/** People of every kind that the pool's declaration and the rules of the routes tell apart. */
export function planPeople(pool: string, document: PoolDocument, routes: readonly ProvedRoute[]): PersonPlan[] {
  const rules = routes.flatMap(rulesOf).filter((rule) => rule.pool === pool && !rule.scopes);
  const nobody = { ...PERSON, pool, groups: [], attributes: {}, claims: [] };
  const groups = Object.keys(document.groups);
  const plans: Omit<PersonPlan, 'key'>[] = [
    { ...nobody, label: '', description: `a person of ${pool} in no group, without claims` },
    ...groups.map((group) => {
      return {
        ...nobody,
        label: `in ${group}`,
        description: `a person of ${pool} in the group ${group}`,
        groups: [group],
      };
    }),
    ...(groups.length > 0 ? [{ ...nobody, ...ANOTHER_GROUP, inAnotherGroup: true }] : []),
    ...rules.filter(({ claims }) => claims).map((rule) => Object.assign(meeting(rule, document), PERSON)),
  ];
  const owned = rules.find(({ ownerOnly }) => ownerOnly);
  if (owned) {
    const owner = meeting(owned, document);
    const description = `${owner.description} who made what the paths of such routes name`;
    plans.push({ ...nobody, ...owner, label: 'owner', description, role: 'owner' });
  }
  const revocable = routes
    .filter(({ isRevocable }) => isRevocable)
    .flatMap(rulesOf)
    .find((rule) => rule.pool === pool && !rule.scopes);
  if (revocable) {
    const admitted = meeting(revocable, document);
    const description = `${admitted.description} whose tokens are revoked`;
    plans.push({ ...nobody, ...admitted, label: 'revoked', description, role: 'revoked' });
  }
  const byLabel = new Map(plans.map((plan) => [plan.label, plan]));
  return Array.from(byLabel.values(), (plan, index) => ({ ...plan, key: `p${index}` }));
}

const PERSON = { inAnotherGroup: false, role: 'person' as const };
const ANOTHER_GROUP = { label: 'in another group', description: 'a person in a group that no rule names' };

/** A caller that the rule admits. */
function meeting(
  { pool, groups: [group] = [], claims = [] }: RuleMembers,
  { attributes: declared, claims: documents }: PoolDocument,
) {
  const attributes: Record<string, string> = {};
  for (const { name, values: [wanted] = [] } of claims) {
    const { claim = '', values: [allowed] = [] } = documents[name] ?? {};
    const attribute = claim.startsWith('custom:') ? claim.slice('custom:'.length) : undefined;
    const declaration = attribute === undefined ? undefined : declared[attribute];
    if (attribute !== undefined && declaration)
      attributes[attribute] = String(wanted ?? allowed ?? sample(declaration));
  }
  const named = claims.map(({ name, values: [value] = [] }) => `${name}${value === undefined ? '' : ` ${value}`}`);
  const label = [
    ...(group === undefined ? [] : [`in ${group}`]),
    ...(named.length > 0 ? [`with ${named.join(', ')}`] : []),
  ];
  return {
    pool,
    groups: group === undefined ? [] : [group],
    attributes,
    claims,
    label: label.join(' '),
    description: `a person of ${[pool, ...label].join(' ')}`,
  };
}

function sample({ type, min = 1, max = Infinity }: AttributeDeclaration): string {
  if (type === 'number') return String(Math.max(1, min));
  return type === 'boolean' ? 'true' : 'prove'.padEnd(min, '-').slice(0, max);
}
