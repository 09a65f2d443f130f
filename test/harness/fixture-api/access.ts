import { defineAccess } from '../../../app/platform/contract/pools.js';
import { product } from './product.js';

export const access = defineAccess(product.name, {
  customers: {
    signIn: { aliases: ['preferred_username'] },
  },
  staff: {
    groups: { chefs: 'May add items.' },
    scopes: { 'items.write': 'Add items.' },
    machines: { kitchen: { scopes: ['items.write'] } },
  },
});

export const { customers, staff } = access.pools;
