import { describe, expect, test } from '@jest/globals';
import { createRuleCheck, isOwnerOnly } from '../../../app/platform/auth/access-rules.js';
import type { Principal } from '../../../app/platform/auth/claims.js';
import { customers, staff } from '../../harness/fixture-api/access.js';
import { product } from '../../harness/fixture-api/product.js';

const customer: Principal = {
  pool: 'customers',
  subject: 'subject',
  username: 'regular',
  clientId: 'client',
  groups: [],
  scopes: [],
  tokenUse: 'access',
  expiresAt: 4e9,
};
const employee: Principal = { ...customer, pool: 'staff' };
const chef: Principal = { ...employee, groups: ['chefs'] };

test('a declared pool makes frozen rules, with scopes in full', () => {
  const rules = [staff.group('chefs'), staff.scope('items.write'), customers.owner()];
  expect(rules).toEqual([
    { pool: 'staff', groups: ['chefs'] },
    { pool: 'staff', scopes: [`${product.name}/items.write`] },
    { pool: 'customers', ownerOnly: true },
  ]);
  expect(rules.every(Object.isFrozen)).toBe(true);
});

test('one rule is enough', () => {
  const check = createRuleCheck([customers, staff.group('chefs')]);
  expect([check(customer), check(chef)]).toEqual([undefined, undefined]);
  expect(check(employee)).toMatchObject({ status: 403, code: 'not_allowed', reason: 'rule_not_met' });
});

test('of the groups of a rule one is enough, and so of its scopes', () => {
  const rule = { pool: 'staff', groups: ['waiters', 'chefs'] };
  const both = { pool: 'staff', groups: ['chefs'], scopes: ['a', 'b'] };
  expect(createRuleCheck([rule])(chef)).toBeUndefined();
  expect(createRuleCheck([both])({ ...chef, scopes: ['b'] })).toBeUndefined();
  expect(createRuleCheck([both])(chef)).toMatchObject({ reason: 'rule_not_met' });
  expect(createRuleCheck([both])({ ...employee, scopes: ['a', 'b'] })).toMatchObject({ reason: 'rule_not_met' });
});

test('a caller of a pool that no rule names has a reason of its own', () => {
  expect(createRuleCheck([staff, staff.scope('items.write')])(customer)).toMatchObject({
    reason: 'pool_not_allowed',
    challenge: expect.not.stringContaining('scope="'),
  });
});

describe('a caller is admitted as an owner only', () => {
  test.each([
    ['by an owner rule', [customers.owner(), staff], customer, true],
    ['not by a rule of the pool', [customers.owner(), staff], employee, false],
    ['not by an owner rule beside a rule that admits them anyway', [customers.owner(), customers], customer, false],
    ['by an owner rule beside a group that they are not in', [staff.owner(), staff.group('chefs')], employee, true],
    ['not by an owner rule beside their group', [staff.owner(), staff.group('chefs')], chef, false],
  ])('%s', (_name, rules, caller, expected) => {
    expect(createRuleCheck(rules)(caller)).toBeUndefined();
    expect(isOwnerOnly(rules, caller)).toBe(expected);
  });
});
