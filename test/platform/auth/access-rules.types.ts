import type { Allow } from '../../../app/platform/auth/access-rules.js';
import type { Principal } from '../../../app/platform/auth/claims.js';
import { defineAccess } from '../../../app/platform/contract/pools.js';
import { access, customers, staff } from '../../harness/fixture-api/access.js';

// What must not compile. `npm run check:types` fails where one of these lines does.

export const compiles: Allow[] = [
  'everyone',
  [customers],
  [customers, staff],
  [staff.group('chefs'), staff.scope('items.write')],
  [customers.owner(), staff],
  [customers.claim('tenant'), staff.claim('level', 'senior').claim('shifts', 'late').group('chefs')],
  [customers.claim('tenant').owner(), staff.claim('level', 'senior', 'junior').scope('items.write')],
];

// @ts-expect-error -- a misspelt pool
export const misspeltPool: Allow = [access.pools.custmers];
// @ts-expect-error -- a misspelt group
export const misspeltGroup: Allow = [staff.group('chef')];
// @ts-expect-error -- a group of another pool
export const groupOfAnotherPool: Allow = [customers.group('chefs')];
// @ts-expect-error -- no group
export const noGroup: Allow = [staff.group()];
// @ts-expect-error -- a misspelt scope
export const misspeltScope: Allow = [staff.scope('item.write')];
// @ts-expect-error -- a scope with its resource server, which is added
export const scopeInFull: Allow = [staff.scope('fixture-api/items.write')];
// @ts-expect-error -- no scope
export const noScope: Allow = [staff.scope()];
// @ts-expect-error -- a misspelt claim
export const misspeltClaim: Allow = [customers.claim('tenent')];
// @ts-expect-error -- a claim of another pool
export const claimOfAnotherPool: Allow = [customers.claim('level')];
// @ts-expect-error -- a value that the claim isn't declared to have
export const misspeltValue: Allow = [staff.claim('level', 'boss')];
// @ts-expect-error -- a value of another type
export const valueOfAnotherType: Allow = [customers.claim('tenant', 1)];
// @ts-expect-error -- a misspelt group after a claim
export const misspeltGroupAfterClaim: Allow = [staff.claim('level').group('chef')];
// @ts-expect-error -- a plain object, whose names nothing has checked
export const plainObject: Allow = [{ pool: 'customers' }];
// @ts-expect-error -- a list of rules that is empty
export const empty: Allow = [];
// @ts-expect-error -- a rule without its list
export const noList: Allow = customers;
// @ts-expect-error -- another word than everyone
export const everybody: Allow = 'everybody';

declare const caller: Principal<'customers' | 'staff'>;
// @ts-expect-error -- a pool that the caller can't be of
export const isCourier: boolean = caller.pool === 'couriers';
// @ts-expect-error -- a verified caller doesn't change
caller.pool = 'staff';

defineAccess('', {
  customers: {
    attributes: { tenant: { type: 'string' } },
    // @ts-expect-error -- an attribute that the pool doesn't declare
    claims: { tenant: { type: 'string', attribute: 'tenent' } },
  },
});
defineAccess('', {
  // @ts-expect-error -- values of a number
  customers: { claims: { level: { type: 'number', values: ['1'] } } },
});
