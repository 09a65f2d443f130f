import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createOnce } from '../../../app/platform/dynamodb/idempotency.js';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import type { Table } from '../../../app/platform/dynamodb/table.js';
import { bindServices, tenantTable } from '../../../app/platform/dynamodb/tenant-table.js';
import { preconditionFailed } from '../../../app/platform/http/preconditions.js';
import { soon, startTable, type TableUnderTest } from '../../harness/table-under-test.js';

const definition = defineTable({ indexes: ['byName'] });
let started: TableUnderTest<'byName'>;
let acme: Table<'byName'>;
let other: Table<'byName'>;

beforeAll(async () => {
  started = await startTable(definition);
  acme = tenantTable(started.table, definition, 'acme');
  other = tenantTable(started.table, definition, 'other');
}, 60_000);
afterAll(() => started.close());

/** An item in a list of its own, also found by name. */
function newItem(list = randomUUID()) {
  const id = randomUUID();
  return { pk: list, sk: id, version: 1, text: 'of acme', byNamePk: `name of ${list}`, byNameSk: id };
}

describe('what a tenant wrote', () => {
  test('it reads as it wrote it, by key, by index, and in both lists', async () => {
    const item = newItem();
    expect(await acme.create(item, soon())).toBe(true);
    const stored = { ...item, writeId: expect.any(String) as unknown };
    const byName = { index: 'byName', hash: item.byNamePk, range: item.sk } as const;
    expect(await acme.get(item, soon())).toEqual(stored);
    expect(await acme.getByIndex(byName, soon())).toEqual(stored);
    expect(await acme.page({ hash: item.pk, limit: 1 }, soon())).toEqual({ items: [stored], hasMore: false });
    expect(await acme.page({ index: 'byName', hash: ['nothing', item.byNamePk], limit: 1 }, soon())).toEqual({
      items: [stored],
      hasMore: false,
    });
  });

  test.each([
    ['another tenant', () => other],
    ['the table without a tenant', () => started.table],
    ['a tenant whose name begins like it', () => tenantTable(started.table, definition, 'ac')],
    ['a tenant whose name ends the quotes', () => tenantTable(started.table, definition, 'acme" ')],
  ])('%s reads, replaces and removes nothing of it by the same keys', async (_who, tableOf) => {
    const table = tableOf();
    const item = newItem();
    await acme.create(item, soon());
    const byName = { index: 'byName', hash: item.byNamePk, range: item.sk } as const;
    expect(await table.get(item, soon())).toBeUndefined();
    expect(await table.getByIndex(byName, soon())).toBeUndefined();
    expect(await table.page({ hash: item.pk, limit: 9 }, soon())).toEqual({ items: [], hasMore: false });
    expect(await table.page({ index: 'byName', hash: [item.byNamePk], limit: 9 }, soon())).toEqual({
      items: [],
      hasMore: false,
    });
    await expect(table.replace({ ...item, text: 'stolen' }, 1, soon())).rejects.toBe(preconditionFailed);
    await expect(table.remove(item, 1, soon())).rejects.toBe(preconditionFailed);
    expect(await table.create({ ...item, text: 'of others' }, soon())).toBe(true);
    expect(await acme.get(item, soon())).toMatchObject({ text: 'of acme', version: 1 });
  });

  test('it replaces and removes by version', async () => {
    const item = newItem();
    await acme.create(item, soon());
    expect(await acme.replace({ ...item, text: 'changed' }, 1, soon())).toEqual({
      ...item,
      text: 'changed',
      version: 2,
    });
    await expect(acme.remove(item, 1, soon())).rejects.toBe(preconditionFailed);
    await acme.remove(item, 2, soon());
    expect(await acme.get(item, soon())).toBeUndefined();
  });

  test('an idempotency key of the same caller is one for each tenant', async () => {
    const creation = {
      input: 'input',
      caller: { pool: 'people', subject: 'ann' },
      kind: 'item',
      idempotencyKey: 'key',
    };
    const [mine, theirs] = [newItem(), newItem()];
    expect(await createOnce(acme, { ...creation, item: mine }, soon())).toMatchObject({ sk: mine.sk });
    expect(await createOnce(acme, { ...creation, item: newItem() }, soon())).toMatchObject({ sk: mine.sk });
    expect(await createOnce(other, { ...creation, item: theirs }, soon())).toMatchObject({ sk: theirs.sk });
    expect(await acme.get(mine, soon())).toMatchObject({ pk: mine.pk });
  });
});

test('an item that is in no index stays in none', async () => {
  const item = { pk: randomUUID(), sk: 'a' };
  await acme.create(item, soon());
  expect(await acme.get(item, soon())).toEqual({ ...item, writeId: expect.any(String) });
  const inDynamoDb = await started.table.get({ pk: `tenant "acme" ${item.pk}`, sk: 'a' }, soon());
  expect(Object.keys(inDynamoDb ?? {}).sort()).toEqual(['pk', 'sk', 'writeId']);
});

test("a tenant's number only grows, whatever another's is", async () => {
  const key = { pk: randomUUID(), sk: 'a' };
  expect(await acme.putIfGreater({ ...key, rank: 2 }, 'rank', soon())).toBe(true);
  expect(await acme.putIfGreater({ ...key, rank: 1 }, 'rank', soon())).toBe(false);
  expect(await other.putIfGreater({ ...key, rank: 1 }, 'rank', soon())).toBe(true);
  expect([await acme.get(key, soon()), await other.get(key, soon())]).toMatchObject([{ rank: 2 }, { rank: 1 }]);
});

test('a tenant closes the table', () => {
  let closes = 0;
  const table = { ...started.table, close: () => (closes += 1) };
  tenantTable(table, definition, 'acme').close();
  expect(closes).toBe(1);
});

test('in DynamoDB each hash key begins with the tenant', async () => {
  const item = newItem();
  await acme.create(item, soon());
  expect(await started.table.get({ pk: `tenant "acme" ${item.pk}`, sk: item.sk }, soon())).toMatchObject({
    byNamePk: `tenant "acme" ${item.byNamePk}`,
    byNameSk: item.sk,
  });
});

test('services are made once for all, and once for each tenant, on its own part of the table', async () => {
  const { services, servicesFor } = bindServices(started.table, definition, (table) => ({ table }));
  expect(services.table).toBe(started.table);
  expect(servicesFor('acme')).toBe(servicesFor('acme'));
  expect(servicesFor('other')).not.toBe(servicesFor('acme'));
  const item = newItem();
  await servicesFor('acme').table.create(item, soon());
  expect(await acme.get(item, soon())).toMatchObject({ text: 'of acme' });
});
