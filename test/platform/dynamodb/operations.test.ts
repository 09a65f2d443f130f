import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getEventListeners, getMaxListeners } from 'node:events';
import { openTable } from '../../../app/platform/dynamodb/operations.js';
import { shardKeys } from '../../../app/platform/dynamodb/shards.js';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import { startTable, type TableUnderTest } from '../../harness/table-under-test.js';

const definition = defineTable();
let started: TableUnderTest<never>;
beforeAll(async () => {
  started = await startTable(definition);
});
afterAll(() => started.close());

test('the queries of twelve shards listen to one deadline, of which Node must not warn, and let go of it', async () => {
  const { name, ...connection } = started.dynamoDb.settings;
  const table = openTable(name, definition.document, connection, { counts: { tableThrottles: 0 } });
  const limits = { abortSignal: AbortSignal.timeout(20_000), requestTimeout: 10_000 };
  const pages = await table.queryAll(shardKeys('items', 12), { limit: 5 }, limits);
  table.close();
  expect(pages).toEqual(Array.from({ length: 12 }, () => ({ items: [], hasMore: false })));
  expect(getMaxListeners(limits.abortSignal)).toBe(Infinity);
  expect(getEventListeners(limits.abortSignal, 'abort')).toHaveLength(0);
});
