import type { Product } from '../platform/contract/product.js';

/** What everything is named after. `package.json` has the same name, and the command as its bin. */
export const product = { name: 'pizza-api', command: 'pizza' } as const satisfies Product;
