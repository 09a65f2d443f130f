import { COMMAND_CALLBACK_URLS } from '../platform/contract/command-callbacks.js';
import { defineAccess } from '../platform/contract/pools.js';
import { product } from './product.js';

/** The page of `app/README.md`, by the address of Vite's development server: it may call the API. */
const FRONT_END = 'http://localhost:5173/';

/** Who callers are. The guard, the gateway, Terraform, the local Cognito, the command and the OpenAPI document follow. */
export const access = defineAccess(product.name, {
  customers: {
    signIn: { aliases: ['preferred_username'] },
    managedLogin: {
      callbackUrls: [FRONT_END, ...COMMAND_CALLBACK_URLS],
      logoutUrls: [FRONT_END, ...COMMAND_CALLBACK_URLS],
    },
    attributes: { loyalty: { type: 'string', max: 20 } },
    claims: { loyalty: { type: 'string', values: ['bronze', 'silver', 'gold'] } },
  },
  staff: {
    signIn: { aliases: ['preferred_username'] },
    managedLogin: { callbackUrls: COMMAND_CALLBACK_URLS, logoutUrls: COMMAND_CALLBACK_URLS },
    groups: { chefs: 'May add pizzas, and take orders from placed to ready.' },
    scopes: { 'pizzas.write': 'Add pizzas.' },
    machines: { kitchen: { scopes: ['pizzas.write'] } },
  },
});

export const { customers, staff } = access.pools;
