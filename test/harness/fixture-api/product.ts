import type { Product } from '../../../app/platform/contract/product.js';

/** The API that the platform's own tests run on: no product team edits them. */
export const product = { name: 'fixture-api', command: 'fixture' } as const satisfies Product;
