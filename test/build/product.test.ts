import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { product } from '../../app/api/product.js';

test('package.json has the name and the command of product.ts', () => {
  const { name, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; bin: object };
  expect([name, bin]).toEqual([product.name, { [product.command]: `dist/cli/${product.command}.cjs` }]);
});
