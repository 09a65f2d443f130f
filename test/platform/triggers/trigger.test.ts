import { expect, test } from '@jest/globals';
import { defineTrigger, triggerDocuments } from '../../../app/platform/triggers/trigger.js';
import { customers, staff } from '../../harness/fixture-api/access.js';

const tokens = (pool = customers) => defineTrigger(pool, 'preTokenGenerationV2', (event) => event);
const signUp = defineTrigger(customers, 'preSignUp', (event) => event);

test('the document names pool, event and version as Terraform does', () => {
  const ofStaff = defineTrigger(staff, 'preTokenGenerationV3', (event) => event);
  expect(triggerDocuments({ tenant: tokens(), guests: signUp, level: ofStaff })).toEqual([
    { name: 'tenant', pool: 'customers', event: 'pre_token_generation', version: 'V2_0' },
    { name: 'guests', pool: 'customers', event: 'pre_sign_up', version: null },
    { name: 'level', pool: 'staff', event: 'pre_token_generation', version: 'V3_0' },
  ]);
});

test('two triggers of one pool and event are refused, in another version as well', () => {
  const other = defineTrigger(customers, 'preTokenGenerationV1', (event) => event);
  expect(() => triggerDocuments({ tenant: tokens(), level: other })).toThrow(
    'Triggers tenant and level are both pre_token_generation of pool customers, which runs one: join them.',
  );
});

test.each(['Tenant', 'a b', '', 'a'.repeat(31)])('the name "%s" is refused', (name) => {
  expect(() => triggerDocuments({ [name]: tokens() })).toThrow('a name begins with a lower-case letter');
});
