import { describe, expect, test } from '@jest/globals';
import { createRuleCheck, isOwnerOnly } from '../../../app/platform/auth/access-rules.js';
import { assertDeclaredClaims, assertRules } from '../../../app/platform/auth/assert-rules.js';
import type { Principal } from '../../../app/platform/auth/claims.js';
import { customers, staff } from '../../harness/fixture-api/access.js';

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
    ['a claim of no name', [{ pool: 'staff', claims: [{ name: '' }] }], NO_CLAIMS],
    ['a claim whose name is no text', [{ pool: 'staff', claims: [{ name: 1 }] }], NO_CLAIMS],
    ['a value that is no list', [{ pool: 'staff', claims: [{ name: 'level', values: 'senior' }] }], NO_CLAIMS],
    ['a value that is an object', [{ pool: 'staff', claims: [{ name: 'level', values: ['senior', {}] }] }], NO_CLAIMS],
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
      { pool: 'a', claims: [{ name: 'tenant' }, { name: 'level', values: ['senior', 1, false] }] },
    ];
    expect(() => assertRules(rules)).not.toThrow();
  });
});

describe('a rule that asks for a claim', () => {
  const withClaims = (claims: Principal['claims']): Principal => ({ ...employee, claims });
  const senior = [{ pool: 'staff', claims: [{ name: 'level', values: ['senior', 'head'] }] }];
  const any = [{ pool: 'staff', claims: [{ name: 'level' }] }];

  test.each<[string, Parameters<typeof createRuleCheck>[0], Principal['claims']]>([
    ['a claim that holds anything, where any value will do', any, { level: 'junior' }],
    ['a claim that holds false, where any value will do', any, { level: false }],
    ['one of the values', senior, { level: 'head' }],
    ['a list that holds one of the values', senior, { level: ['junior', 'head'] }],
    ['a number', [{ pool: 'staff', claims: [{ name: 'grade', values: [7] }] }], { grade: 7 }],
    [
      'both claims, where two are asked for',
      [{ pool: 'staff', claims: [{ name: 'level' }, { name: 'grade' }] }],
      { level: 'junior', grade: 1 },
    ],
    ['another rule', [...senior, { pool: 'staff' }], {}],
  ])('admits %s', (_what, rules, claims) => {
    expect(createRuleCheck(rules)(withClaims(claims))).toBeUndefined();
  });

  test.each<[string, Parameters<typeof createRuleCheck>[0], Principal['claims'], string]>([
    ['a claim that is missing', any, {}, 'claim_missing:level'],
    ['a claim of a malformed value', any, { level: undefined }, 'claim_malformed:level'],
    ['another value', senior, { level: 'junior' }, 'claim_value:level'],
    ['a text that one of the values begins', senior, { level: 'seniority' }, 'claim_value:level'],
    ['a list without one of the values', senior, { level: ['junior'] }, 'claim_value:level'],
    [
      'a number as text',
      [{ pool: 'staff', claims: [{ name: 'grade', values: [7] }] }],
      { grade: '7' },
      'claim_value:grade',
    ],
    [
      'a name that every object has',
      [{ pool: 'staff', claims: [{ name: 'constructor' }] }],
      {},
      'claim_missing:constructor',
    ],
    [
      'a caller who lacks the second of two, by the second',
      [{ pool: 'staff', claims: [{ name: 'level' }, { name: 'grade' }] }],
      { level: 'junior' },
      'claim_missing:grade',
    ],
    [
      'a caller who lacks a group as well, by no claim',
      [{ pool: 'staff', groups: ['chefs'], claims: [{ name: 'level' }] }],
      {},
      'rule_not_met',
    ],
    [
      'by the first rule of which the caller meets the rest',
      [{ pool: 'staff', groups: ['chefs'] }, { pool: 'staff', claims: [{ name: 'grade' }] }, ...any],
      {},
      'claim_missing:grade',
    ],
  ])('refuses %s', (_what, rules, claims, reason) => {
    expect(createRuleCheck(rules)(withClaims(claims))).toMatchObject({ status: 403, code: 'not_allowed', reason });
  });

  test("names the scopes that would help, of the caller's pool alone", () => {
    const rules = [...any, { pool: 'staff', scopes: ['a'] }, { pool: 'customers', scopes: ['b'] }];
    expect(createRuleCheck(rules)(employee)?.challenge).toMatch(/, scope="a"$/);
  });

  test('makes an owner only of a caller who does not have it', () => {
    const rules = [...any, { pool: 'staff', ownerOnly: true as const }];
    expect(isOwnerOnly(rules, withClaims({ level: 'junior' }))).toBe(false);
    expect(isOwnerOnly(rules, employee)).toBe(true);
  });

  test('stops the start where its pool declares no such claim', () => {
    const declared = {
      staff: { claims: { level: { claim: 'level', type: 'string' as const, tokens: ['id' as const] } } },
    };
    const of = (pool: string, ...names: string[]) => [{ pool }, { pool, claims: names.map((name) => ({ name })) }];
    expect(() => assertDeclaredClaims(of('staff', 'level'), declared)).not.toThrow();
    for (const [pool, name] of [
      ['staff', 'grade'],
      ['staff', 'constructor'],
      ['customers', 'level'],
      ['constructor', 'level'],
    ] as const) {
      const message = `Pool ${pool} declares no claim ${name} in access.ts`;
      expect(() => assertDeclaredClaims(of(pool, name), declared)).toThrow(new Error(message));
    }
    expect(() => assertDeclaredClaims(of('staff', 'level', 'grade'), declared)).toThrow('no claim grade');
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
