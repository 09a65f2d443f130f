import { describe, expect, test } from '@jest/globals';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import { MAX_POLICY_CHARS, sessionPolicy } from '../../../app/platform/dynamodb/tenant-policy.js';
import { prefixOf } from '../../../app/platform/dynamodb/tenant-table.js';
import { isAllowed, type Statement } from '../../harness/iam-policy.js';

const { actions } = defineTable().document;
const policyOf = (tenant: string) => sessionPolicy(prefixOf(tenant), actions) ?? 'none';

/** Whether the session of a tenant may read items of these hash keys. */
function mayRead(tenant: string, ...hashKeys: string[]) {
  const { Statement: statements } = JSON.parse(policyOf(tenant)) as { Statement: Statement[] };
  const context = hashKeys.length > 0 ? { 'dynamodb:LeadingKeys': hashKeys } : {};
  return isAllowed(statements, { action: 'dynamodb:GetItem', resource: 'arn:of:a:table', context });
}

/** Names that begin each other, and that mean something to IAM, JSON or STS. */
const TENANTS = [
  'acme',
  'ac',
  'acme ',
  'acme" ',
  'acme\\',
  'acme\\" items',
  '*',
  '?',
  '$',
  'a*e',
  'a?me',
  '${aws:userid}',
  '${*}',
  'Äcme',
  '株式会社',
  '🍕',
  '\u{D83C}',
  'a\u0000b',
  '\u007F\u0080\u00FF\u0100',
];

describe.each(TENANTS)('the session of tenant %j', (tenant) => {
  test('reaches its own items, whatever their keys', () => {
    expect(mayRead(tenant, `${prefixOf(tenant)}items`, prefixOf(tenant), `${prefixOf(tenant)}a\nb`)).toBe(true);
  });

  test.each(TENANTS.filter((other) => other !== tenant))('reaches nothing of tenant %j', (other) => {
    expect(mayRead(tenant, `${prefixOf(other)}items`)).toBe(false);
    expect(mayRead(tenant, `${prefixOf(tenant)}items`, `${prefixOf(other)}items`)).toBe(false);
  });

  test.each(['items', '', 'revocation ["people","ann"]', 'tenant ', `tenant ${tenant} items`])(
    'reaches no item of the hash key %j',
    (hashKey) => expect(mayRead(tenant, hashKey)).toBe(false),
  );

  test('makes no call without hash keys, such as Scan', () => expect(mayRead(tenant)).toBe(false));

  test('has a policy of characters that STS takes', () => expect(policyOf(tenant)).toMatch(/^[ -~]{1,2048}$/));
});

test('a session may do what the function may, and nothing else', () => {
  const { Statement: statements } = JSON.parse(policyOf('acme')) as { Statement: Statement[] };
  expect(statements.map(({ Action }) => Action)).toEqual([
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem'],
  ]);
});

test('a name has a policy as long as that has 2,048 characters, and then none', () => {
  const room = MAX_POLICY_CHARS - policyOf('').length;
  expect(room).toBeGreaterThan(1_500);
  expect(policyOf('a'.repeat(room))).toHaveLength(2_048);
  expect(policyOf('a'.repeat(room + 1))).toBe('none');
  expect(policyOf('*'.repeat(Math.ceil(room / 4) + 1))).toBe('none');
});
