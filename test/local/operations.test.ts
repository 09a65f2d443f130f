import { readFile, writeFile } from 'node:fs/promises';
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from '@jest/globals';
import { operationTable } from '../../app/local/cognito/operation-table.js';
import { api } from '../../app/local/cognito/operations.js';

const PATH = 'app/local/OPERATIONS.md';

/** Every operation of the API, as the AWS SDK has it. */
const operations = Object.keys(sdk)
  .filter((name) => /^[A-Z]\w+Command$/u.test(name))
  .map((name) => name.slice(0, -'Command'.length));

test(`${PATH} is up to date: UPDATE_OPERATIONS=1 npx jest test/local/operations writes it`, async () => {
  const table = operationTable(operations);
  if (process.env['UPDATE_OPERATIONS'] === '1') await writeFile(PATH, table);
  expect(await readFile(PATH, 'utf8')).toBe(table);
});

test('the emulator has no operation that Cognito lacks', () => {
  expect(Object.keys(api).filter((name) => !operations.includes(name))).toStrictEqual([]);
});
