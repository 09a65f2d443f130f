import { defineAccess } from '../platform/contract/pools.js';
import { product } from './product.js';

/** Who callers are. The guard, the gateway, Terraform, the local Cognito, the command and the OpenAPI document follow. */
export const access = defineAccess(product.name, {
  customers: {
    signIn: { aliases: ['preferred_username'] },
    attributes: { loyalty: { type: 'string', max: 20 } },
    claims: { loyalty: { type: 'string', values: ['bronze', 'silver', 'gold'] } },
  },
  staff: {
    signIn: { aliases: ['preferred_username'] },
    groups: { chefs: 'May add pizzas, and take orders from placed to ready.' },
    scopes: { 'pizzas.write': 'Add pizzas.' },
    machines: { kitchen: { scopes: ['pizzas.write'] } },
  },
});

export const { customers, staff } = access.pools;
