import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import type { Item } from '../../../app/platform/dynamodb/table.js';
import { soon, startTable, type TableUnderTest } from '../../harness/table-under-test.js';

const definition = defineTable({ indexes: ['byColour'] });
type Index = (typeof definition)['indexes'][number];

let started: TableUnderTest<Index>;
beforeAll(async () => {
  started = await startTable(definition);
});
afterAll(() => started.close());

const sksOf = (items: readonly Item[]) => items.map(({ sk }) => sk);

describe('what DynamoDB is asked for', () => {
  /** Whether each read since was asked to be consistent. */
  async function consistencyOf(read: () => Promise<unknown>) {
    started.flaky.calls.length = 0;
    await read();
    return started.flaky.calls.map(({ operation, input }) => [operation, input['ConsistentRead']]);
  }

  test('an item and a page of the table are read consistently', async () => {
    const { table } = started;
    expect(await consistencyOf(() => table.get({ pk: 'x', sk: 'x' }, soon()))).toEqual([['GetItem', true]]);
    expect(await consistencyOf(() => table.page({ hash: 'x', limit: 1 }, soon()))).toEqual([['Query', true]]);
  });

  test('an index, which can not be read so, gives the key of an item that is', async () => {
    const { table } = started;
    const item = { pk: randomUUID(), sk: 'a', byColourPk: 'red', byColourSk: 'a' };
    await table.create(item, soon());
    const found = () => table.getByIndex({ index: 'byColour', hash: 'red', range: 'a' }, soon());
    expect(await consistencyOf(found)).toEqual([
      ['Query', false],
      ['GetItem', true],
    ]);
  });

  test('an index that the table does not have is an error that names it', async () => {
    const page = started.table.page({ index: 'bySize' as never, hash: 'x', limit: 1 }, soon());
    await expect(page).rejects.toThrow(new Error('The table has no index bySize'));
  });
});

test('a list whose pages DynamoDB cuts short, since they are larger than 1 MB, is read to its end', async () => {
  const hash = randomUUID();
  const sks = ['d', 'c', 'b', 'a'];
  for (const sk of sks) await started.table.create({ pk: hash, sk, text: 'x'.repeat(390_000) }, soon());
  for (const limit of [2, 5]) {
    const seen: string[] = [];
    for (let hasMore = true; hasMore;) {
      const page = await started.table.page({ hash, before: seen.at(-1), limit }, soon());
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...sksOf(page.items));
      ({ hasMore } = page);
    }
    expect(seen).toEqual(sks);
  }
});

test.each([2, 3])('a page that holds the rest of a list of two is its last: a page of %i', async (limit) => {
  const pk = randomUUID();
  for (const sk of ['a', 'b']) await started.table.create({ pk, sk }, soon());
  expect(await started.table.page({ hash: pk, limit }, soon())).toMatchObject({
    items: [{ sk: 'b' }, { sk: 'a' }],
    hasMore: false,
  });
});

describe('an item that expires', () => {
  afterEach(() => void jest.restoreAllMocks());

  test.each([
    ['a millisecond before is there', 999, true],
    ['from that second on counts as gone', 1000, false],
  ])('%s', async (_when, ms, isThere) => {
    const second = Math.floor(Date.now() / 1000) + 1_000;
    const item = { pk: randomUUID(), sk: 'a', expiresAt: second + 1 };
    await started.table.create(item, soon());
    jest.spyOn(Date, 'now').mockReturnValue(second * 1000 + ms);
    const deadline = second * 1000 + 60_000;
    expect((await started.table.get(item, deadline))?.sk).toBe(isThere ? 'a' : undefined);
    expect(await started.table.create(item, deadline)).toBe(!isThere);
  });
});
