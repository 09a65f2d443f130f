import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** The product's own files: its API and the API's tests, its deployments' settings, and what people read. */
const OWN = /^(?:app\/api|test\/api|test\/another-api)\/|\.tfvars$|\.md$|(?:^|\/)node_modules\//;
const TEXT = /\.(?:[cm]?[jt]s|json|tf|hcl|html|css|sh)$/;

test("the sample's word stands in the product's own files alone: the rest serves any API", () => {
  const files = ['app', 'infra', 'test']
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, String(file))))
    .filter((file) => TEXT.test(file) && !OWN.test(file));
  expect(files.filter((file) => /pizza/i.test(readFileSync(file, 'utf8')))).toEqual([]);
});
