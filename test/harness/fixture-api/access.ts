import { COMMAND_CALLBACK_URLS } from '../../../app/platform/contract/command-callbacks.js';
import { defineAccess } from '../../../app/platform/contract/pools.js';
import { product } from './product.js';

export const access = defineAccess(product.name, {
  customers: {
    signIn: { aliases: ['preferred_username'] },
    managedLogin: { callbackUrls: ['https://shop.example/back', ...COMMAND_CALLBACK_URLS] },
    attributes: { tenant: { type: 'string', min: 1, max: 36 } },
    claims: { tenant: { type: 'string', attribute: 'tenant' } },
  },
  staff: {
    claims: { level: { type: 'string', values: ['junior', 'senior'] }, shifts: { type: 'strings' } },
    groups: { chefs: 'May add items.' },
    scopes: { 'items.write': 'Add items.' },
    machines: { kitchen: { scopes: ['items.write'] } },
  },
});

export const { customers, staff } = access.pools;
