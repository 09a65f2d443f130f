import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import type { Item } from '../../../app/platform/dynamodb/table.js';
import { preconditionFailed } from '../../../app/platform/http/preconditions.js';
import { emulators, soon, startTable, times, type TableUnderTest } from '../../harness/table-under-test.js';

const definition = defineTable({ indexes: ['byColour', 'bySize'] });
type Index = (typeof definition)['indexes'][number];

const past = () => Math.floor(Date.now() / 1000) - 10;
const keyOf = ({ pk, sk }: Item) => ({ pk, sk });
const sksOf = ({ items }: { items: readonly Item[] }) => items.map(({ sk }) => sk);

describe.each(emulators)('a table in $name', (emulator) => {
  let started: TableUnderTest<Index>;
  beforeAll(async () => {
    started = await startTable(definition, emulator);
  }, 60_000);
  afterAll(() => started.close());

  const newItem = (attributes: object = {}): Item => ({ pk: randomUUID(), sk: 'a', version: 1, ...attributes });
  const created = async (attributes: object = {}) => {
    const item = newItem(attributes);
    expect(await started.table.create(item, soon())).toBe(true);
    return item;
  };
  const stored = (item: Item) => started.table.get(keyOf(item), soon());

  test('an item is read back as it was written', async () => {
    const item = await created({ text: '"λ 世界" \\', empty: '', list: [1, { deep: null }], flag: false });
    expect(await stored(item)).toMatchObject(item);
  });

  test('an item that does not exist is undefined', async () => {
    expect(await stored(newItem())).toBeUndefined();
  });

  test('create leaves an item that exists as it is', async () => {
    const item = await created({ colour: 'red' });
    expect(await started.table.create({ ...item, colour: 'blue' }, soon())).toBe(false);
    expect(await stored(item)).toMatchObject({ colour: 'red' });
  });

  test('an item that has expired counts as gone', async () => {
    const item = await created({ expiresAt: past() });
    expect(await stored(item)).toBeUndefined();
    expect(await started.table.create({ ...item, colour: 'blue', expiresAt: past() + 1_000 }, soon())).toBe(true);
    expect(await stored(item)).toMatchObject({ colour: 'blue' });
  });

  test('putIfGreater never goes back', async () => {
    const { table } = started;
    const put = (rank: number) => table.putIfGreater({ ...keyOf(first), rank }, 'rank', soon());
    const first = newItem();
    expect([await put(2), await put(2), await put(1), await stored(first)]).toEqual([
      true,
      false,
      false,
      { ...keyOf(first), rank: 2, writeId: expect.any(String) },
    ]);
    expect([await put(10), await stored(first)]).toMatchObject([true, { rank: 10 }]);
  });

  test('replace writes the next version', async () => {
    const item = await created({ colour: 'red', size: 1 });
    const next = await started.table.replace({ ...keyOf(item), colour: 'blue' }, 1, soon());
    expect(next).toEqual({ ...keyOf(item), colour: 'blue', version: 2 });
    expect(await stored(item)).toEqual({ ...next, writeId: expect.any(String) });
  });

  test.each([
    ['an older version', 2],
    ['a version that is not there yet', 4],
  ])('a change of %s is refused, and nothing is changed', async (_which, version) => {
    const { table } = started;
    const item = await created();
    await table.replace(item, 1, soon());
    const current = await table.replace({ ...item, colour: 'red' }, 2, soon());
    await expect(table.replace({ ...item, colour: 'blue' }, version, soon())).rejects.toBe(preconditionFailed);
    await expect(table.remove(item, version, soon())).rejects.toBe(preconditionFailed);
    expect(await stored(item)).toMatchObject(current);
  });

  test('an item that does not exist can be neither replaced nor removed', async () => {
    const item = newItem();
    await expect(started.table.replace(item, 1, soon())).rejects.toBe(preconditionFailed);
    await expect(started.table.remove(item, 1, soon())).rejects.toBe(preconditionFailed);
    expect(await stored(item)).toBeUndefined();
  });

  test('remove deletes the item of this version', async () => {
    const item = await created();
    await started.table.remove(item, 1, soon());
    expect(await stored(item)).toBeUndefined();
  });

  test(`of concurrent changes of one version exactly one is made`, async () => {
    const item = await created();
    const results = await times(100, emulator.concurrency, (index) =>
      started.table.replace({ ...item, index }, 1, soon()).catch((error: unknown) => error),
    );
    const made = results.filter((result) => !(result instanceof Error));
    expect(made).toHaveLength(1);
    expect(results.filter((result) => result === preconditionFailed)).toHaveLength(99);
    expect(await stored(item)).toMatchObject(made[0] as Item);
  });

  describe('pages', () => {
    const pk = randomUUID();
    const sks = Array.from({ length: 10 }, (_, index) => `item ${index}`);
    async function createItems() {
      for (const sk of sks) {
        const byColour = sk < 'item 5' ? { byColourPk: `${pk} red`, byColourSk: sk } : {};
        const bySize = { bySizePk: `${pk} ${sk < 'item 3' ? 'small' : 'large'}`, bySizeSk: sk };
        await started.table.create({ pk, sk, ...byColour, ...bySize }, soon());
      }
    }
    let created: Promise<void> | undefined;
    beforeEach(() => (created ??= createItems()));

    test('hold the greatest range keys first, and say whether there are more', async () => {
      const { table } = started;
      const first = await table.page({ hash: pk, limit: 4 }, soon());
      expect([sksOf(first), first.hasMore]).toEqual([['item 9', 'item 8', 'item 7', 'item 6'], true]);
      const last = await table.page({ hash: pk, before: 'item 4', limit: 4 }, soon());
      expect([sksOf(last), last.hasMore]).toEqual([['item 3', 'item 2', 'item 1', 'item 0'], false]);
    });

    test('of an index hold the items that have its keys', async () => {
      const page = await started.table.page({ index: 'byColour', hash: `${pk} red`, limit: 10 }, soon());
      expect([sksOf(page), page.hasMore]).toEqual([['item 4', 'item 3', 'item 2', 'item 1', 'item 0'], false]);
    });

    test('of several hash keys are merged', async () => {
      const hash = [`${pk} small`, `${pk} large`, `${pk} none`];
      const seen: string[] = [];
      for (let before: string | undefined, hasMore = true; hasMore; before = seen.at(-1)) {
        const page = await started.table.page({ index: 'bySize', hash, before, limit: 3 }, soon());
        seen.push(...sksOf(page));
        ({ hasMore } = page);
      }
      expect(seen).toEqual(sks.toReversed());
    });

    test('that are empty have no next page', async () => {
      expect(await started.table.page({ hash: 'nothing', limit: 1 }, soon())).toEqual({ items: [], hasMore: false });
    });

    test('cost what they hold and one item more', async () => {
      started.flaky.scanned.length = 0;
      await started.table.page({ hash: pk, limit: 4 }, soon());
      expect(started.flaky.scanned).toEqual([5]);
    });
  });

  test('an item is found by an index, as it is now', async () => {
    const item = await created({ byColourPk: 'green', byColourSk: 'x' });
    const found = () => started.table.getByIndex({ index: 'byColour', hash: 'green', range: 'x' }, soon());
    await started.table.replace({ ...item, size: 2 }, 1, soon());
    expect(await found()).toMatchObject({ ...keyOf(item), size: 2, version: 2 });
    await started.table.remove(item, 2, soon());
    expect(await found()).toBeUndefined();
  });

  test('an item leaves an index when it is replaced by one without its keys', async () => {
    const item = await created({ byColourPk: 'grey', byColourSk: 'x' });
    await started.table.replace(keyOf(item), 1, soon());
    expect(await started.table.page({ index: 'byColour', hash: 'grey', limit: 1 }, soon())).toMatchObject({
      items: [],
    });
  });

  test('its calls are the actions that the definition lists, and no others', async () => {
    const { actions } = definition.document;
    const called = new Set(started.flaky.calls.map(({ operation }) => `dynamodb:${operation}`));
    expect([...called].sort()).toEqual([...actions].sort());
  });
});
