import type { LocalUser } from '../../../app/platform/contract/local-users.js';
import { defineAccess } from '../../../app/platform/contract/pools.js';
import type { Declaration } from '../../../app/local/seed/target.js';

const product = { name: 'fixture-api', command: 'fixture' };

/** The local users' password. */
export const PASSWORD = 'Passw0rd!';

export const regular: LocalUser = { pool: 'customers', username: 'regular', password: PASSWORD };
export const chef: LocalUser = { pool: 'staff', username: 'chef', password: PASSWORD, groups: ['chefs'] };

const groups = { chefs: 'May write items.' };
const scopes = { 'items.write': 'Write items.' };
const kitchen = { scopes: ['items.write'] } as const;

/** Two pools; that of the staff with a group, a scope and a machine client. */
export const declaration: Declaration = {
  product,
  pools: defineAccess(product.name, { customers: {}, staff: { groups, scopes, machines: { kitchen } } }).document,
  users: [regular, chef],
};

/** The same with one more of everything. */
export const extended: Declaration = {
  product,
  pools: defineAccess(product.name, {
    customers: {},
    staff: {
      groups: { ...groups, waiters: 'Serve.' },
      scopes: { ...scopes, 'items.read': 'Read items.' },
      machines: { kitchen: { scopes: ['items.write', 'items.read'] }, till: { scopes: ['items.read'] } },
    },
    couriers: { groups: { cyclists: 'Deliver by bicycle.' } },
  }).document,
  users: [
    { ...regular },
    { ...chef, groups: ['chefs', 'waiters'] },
    { pool: 'staff', username: 'waiter', password: PASSWORD, groups: ['waiters'] },
    { pool: 'couriers', username: 'courier', password: PASSWORD, groups: ['cyclists'] },
  ],
};
