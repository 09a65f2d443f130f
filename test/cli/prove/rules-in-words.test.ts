import { expect, test } from '@jest/globals';
import { allowInWords } from '../../../app/cli/prove/plan.js';
import { customers, staff } from '../../harness/fixture-api/access.js';

test('the access report says what a rule asks for, claims and their values as well', () => {
  const allow = [
    customers.claim('tenant').owner(),
    staff.claim('level', 'senior').claim('shifts').group('chefs'),
    staff.scope('items.write'),
  ];
  expect(allowInWords({ allow })).toBe(
    'customers with the claim tenant for what is their own, ' +
      'or staff in chefs with the claim level of senior with the claim shifts, or staff with the scope fixture-api/items.write',
  );
});
