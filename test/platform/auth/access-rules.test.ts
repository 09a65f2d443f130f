import { describe, expect, test } from '@jest/globals';
import { assertRules, createRuleCheck, isOwnerOnly } from '../../../app/platform/auth/access-rules.js';
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
  claims: {},
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

describe('rules that no compiler has checked', () => {
  const NO_LIST = "allow must be 'everyone' or a list of access rules";
  const NO_OBJECT = 'An access rule must be an object';
  const NO_POOL = 'An access rule must name a pool';
  const NO_GROUPS = 'The groups of an access rule must be a list of names, or left out';
  const NO_SCOPES = 'The scopes of an access rule must be a list of scopes (RFC 6749 section 3.3), or left out';
  const NO_CLAIMS = 'The claims of an access rule must be a list of names, each with a list of values or without';
  const NO_BOOLEAN = 'The ownerOnly of an access rule must be true or false, or left out';

  test.each<[string, unknown, string]>([
    ['an empty list', [], NO_LIST],
    ['nothing', undefined, NO_LIST],
    ['null', null, NO_LIST],
    ['everybody', 'everybody', NO_LIST],
    ['a rule without its list', { pool: 'customers' }, NO_LIST],
    ['null for a rule', [null], NO_OBJECT],
    ['a string for a rule', ['customers'], NO_OBJECT],
    ['a rule without a pool', [{ groups: ['chefs'] }], NO_POOL],
    ['an empty name of a pool', [{ pool: '' }], NO_POOL],
    ['a pool that is no text', [{ pool: 1 }], NO_POOL],
    [
      'a misspelt member, which would admit the whole pool',
      [{ pool: 'staff', group: ['chefs'] }],
      'An access rule has no member group, only pool, groups, scopes, claims, ownerOnly',
    ],
    ['no groups', [{ pool: 'staff', groups: [] }], NO_GROUPS],
    ['a group that is no list', [{ pool: 'staff', groups: 'chefs' }], NO_GROUPS],
    ['an object of groups', [{ pool: 'staff', groups: { length: 1 } }], NO_GROUPS],
    ['an empty group', [{ pool: 'staff', groups: [''] }], NO_GROUPS],
    ['an empty group beside a good one', [{ pool: 'staff', groups: ['chefs', ''] }], NO_GROUPS],
    ['a number beside a good group', [{ pool: 'staff', groups: ['chefs', 1] }], NO_GROUPS],
    ['no scopes', [{ pool: 'staff', scopes: [] }], NO_SCOPES],
    ['two scopes in one', [{ pool: 'staff', scopes: ['a b'] }], NO_SCOPES],
    ['two scopes in one, beside a good one', [{ pool: 'staff', scopes: ['a', 'b c'] }], NO_SCOPES],
    ['a scope that ends the quotes of a challenge', [{ pool: 'staff', scopes: ['a", error="x'] }], NO_SCOPES],
    ['a scope that begins with a quote', [{ pool: 'staff', scopes: ['"a'] }], NO_SCOPES],
    ['a scope that ends with a quote', [{ pool: 'staff', scopes: ['a"'] }], NO_SCOPES],
    ['a scope with a backslash', [{ pool: 'staff', scopes: ['a\\'] }], NO_SCOPES],
    ['no claims', [{ pool: 'staff', claims: [] }], NO_CLAIMS],
    ['a claim that is no list', [{ pool: 'staff', claims: { name: 'level' } }], NO_CLAIMS],
    ['a claim without a name', [{ pool: 'staff', claims: [{ values: ['senior'] }] }], NO_CLAIMS],
    ['a claim without a value', [{ pool: 'staff', claims: [{ name: 'level', values: [] }] }], NO_CLAIMS],
    ['a misspelt member of a claim', [{ pool: 'staff', claims: [{ name: 'level', value: ['senior'] }] }], NO_CLAIMS],
    ['null beside a good claim', [{ pool: 'staff', claims: [{ name: 'level' }, null] }], NO_CLAIMS],
    ['an ownerOnly that is not a boolean', [{ pool: 'customers', ownerOnly: 'false' }], NO_BOOLEAN],
    ['a bad rule after a good one', [{ pool: 'customers' }, { pool: 'staff', scopes: [1] }], NO_SCOPES],
  ])('%s stops the start', (_name, allow, message) => {
    expect(() => assertRules(allow as never)).toThrow(new Error(message));
  });

  test('good ones pass, with any character that RFC 6749 allows in a scope', () => {
    const rules = [
      customers,
      customers.owner(),
      { pool: 'a', groups: ['b', 'c'], scopes: ['!', '#', '[', ']', '~', 'api/a.b'], ownerOnly: false as const },
    ];
    expect(() => assertRules(rules)).not.toThrow();
  });
});

describe('the scopes of a refusal', () => {
  const refusalOf = (rules: Parameters<typeof createRuleCheck>[0], caller: Principal) =>
    /scope="(.*)"/.exec(createRuleCheck(rules)(caller)?.challenge ?? '')?.[1];

  test.each<[string, Parameters<typeof createRuleCheck>[0], string | undefined]>([
    [
      "are those of the rules of the caller's pool, each once",
      [
        { pool: 'staff', scopes: ['a', 'b'] },
        { pool: 'staff', scopes: ['b', 'c'] },
      ],
      'a b c',
    ],
    [
      "are never another pool's",
      [
        { pool: 'customers', scopes: ['d'] },
        { pool: 'staff', scopes: ['a'] },
      ],
      'a',
    ],
    ['are none where only a group would help', [{ pool: 'staff', groups: ['chefs'] }], undefined],
  ])('%s', (_name, rules, expected) => {
    expect(refusalOf(rules, employee)).toBe(expected);
  });
});

test('a machine is not admitted by its pool or a group, only by a scope', () => {
  const machine: Principal = { ...chef, username: null, scopes: ['a'] };
  expect(createRuleCheck([staff, staff.group('chefs')])(machine)).toMatchObject({ reason: 'rule_not_met' });
  expect(createRuleCheck([{ pool: 'staff', scopes: ['a'] }])(machine)).toBeUndefined();
});
