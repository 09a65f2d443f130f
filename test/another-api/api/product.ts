import type { Product } from '../../../app/platform/contract/product.js';

/** Another product in the same house: `run.sh` puts this folder in the place of `app/api`. */
export const product = { name: 'library-api', command: 'library' } as const satisfies Product;
