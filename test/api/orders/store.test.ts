import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Order } from '../../../app/api/orders/schema.js';
import { createOrderStore, type Customer, type OrderStore, type StoredOrder } from '../../../app/api/orders/store.js';
import { table as definition } from '../../../app/api/table.js';
import { keyReused } from '../../../app/platform/dynamodb/idempotency.js';
import type { Item, Table } from '../../../app/platform/dynamodb/table.js';
import { preconditionFailed } from '../../../app/platform/http/preconditions.js';
import { emulators, readAll, soon, startTable, times, type TableUnderTest } from '../../harness/table-under-test.js';

/** FULL=1 pages through 10,000 orders of one customer. */
const MANY = process.env['FULL'] === '1' ? 10_000 : 200;
type Index = (typeof definition)['indexes'][number];

const newCustomer = (): Customer => ({ pool: 'customers', subject: randomUUID() });
const input = { pizzas: [{ id: '019a0000-0000-7000-8000-000000000000', quantity: 2 }] };
const idsOf = (stored: readonly StoredOrder[]) => stored.map(({ order }) => order.id);
const refusedCursor = expect.objectContaining({
  status: 422,
  errors: [{ field: 'cursor', detail: expect.any(String) }],
});

describe.each(emulators)('orders in $name', (emulator) => {
  let started: TableUnderTest<Index>;
  let orders: OrderStore;
  beforeAll(async () => {
    started = await startTable(definition, emulator);
    orders = createOrderStore(started.table);
  }, 60_000);
  afterAll(() => started.close());

  const place = (customer = newCustomer(), order: object = {}, idempotencyKey?: string) =>
    orders.place({ order: { ...input, ...order }, customer, idempotencyKey }, soon());
  const listAll = (status?: Order['status']) =>
    readAll((cursor) => orders.listAll({ limit: 100, cursor, status }, soon()));

  test('is found by its customer and by the staff as it was placed', async () => {
    const customer = newCustomer();
    const placed = await place(customer, { note: 'no basil' });
    const { id, placedAt } = placed.order;
    expect(placed).toEqual({
      order: {
        id,
        ...input,
        note: 'no basil',
        status: 'placed',
        placedBy: customer.subject,
        placedAt: expect.stringMatching(/Z$/),
        updatedAt: placedAt,
      },
      version: 1,
      customer,
    });
    expect(await orders.findOwn(customer, id, soon())).toEqual(placed);
    expect(await orders.findAny(id, soon())).toEqual(placed);
  });

  test('a change keeps everything else and adds 1 to the version', async () => {
    const placed = await place(undefined, { note: 'no basil' });
    const baking = await orders.change(placed, { status: 'baking' }, soon());
    const { updatedAt } = baking.order;
    expect(baking).toEqual({ ...placed, order: { ...placed.order, status: 'baking', updatedAt }, version: 2 });
    const { note: _, ...withoutNote } = baking.order;
    const removed = await orders.change(baking, { note: null }, soon());
    expect(removed.order).toEqual({ ...withoutNote, updatedAt: removed.order.updatedAt });
    const again = await orders.change(removed, { note: 'hot' }, soon());
    expect([again.order.note, again.version]).toEqual(['hot', 4]);
    expect(await orders.findAny(placed.order.id, soon())).toEqual(again);
  });

  test('of concurrent changes of one version exactly one is made', async () => {
    const placed = await place();
    const results = await times(100, emulator.concurrency, async (index) =>
      orders.change(placed, { note: `${index}` }, soon()).catch((error: unknown) => error),
    );
    const made = results.filter((result) => !(result instanceof Error));
    expect(made).toHaveLength(1);
    expect(results.filter((result) => result === preconditionFailed)).toHaveLength(99);
    expect(await orders.findAny(placed.order.id, soon())).toEqual(made[0]);
  });

  test('one that is removed is gone from every list', async () => {
    const customer = newCustomer();
    const placed = await place(customer);
    const changed = await orders.change(placed, { note: 'wait' }, soon());
    await expect(orders.remove(placed, soon())).rejects.toBe(preconditionFailed);
    await orders.remove(changed, soon());
    const { id } = placed.order;
    expect([await orders.findOwn(customer, id, soon()), await orders.findAny(id, soon())]).toEqual([
      undefined,
      undefined,
    ]);
    expect((await orders.listOwn(customer, { limit: 1 }, soon())).items).toEqual([]);
    expect(idsOf(await listAll())).not.toContain(id);
    expect(idsOf(await listAll('placed'))).not.toContain(id);
    await expect(orders.change(changed, { status: 'baking' }, soon())).rejects.toBe(preconditionFailed);
  });

  test('the staff lists them newest first, of all customers, by status', async () => {
    const placed = await times(30, 1, () => place());
    const ids = idsOf(placed);
    const [baking, ready] = [placed.slice(0, 10), placed.slice(10, 15)];
    for (const each of [...baking, ...ready]) await orders.change(each, { status: 'baking' }, soon());
    for (const each of ready) await orders.change({ ...each, version: 2 }, { status: 'ready' }, soon());
    const ours = async (status?: Order['status']) => idsOf(await listAll(status)).filter((id) => ids.includes(id));
    expect(await ours()).toEqual(ids.toReversed());
    expect(await ours('baking')).toEqual(ids.slice(0, 10).toReversed());
    expect(await ours('ready')).toEqual(ids.slice(10, 15).toReversed());
    expect(await ours('placed')).toEqual(ids.slice(15).toReversed());
    const paged = await readAll((cursor) => orders.listAll({ limit: 7, cursor }, soon()));
    expect(idsOf(paged)).toEqual(idsOf(await listAll()));
  });

  describe('two customers', () => {
    test("do not find each other's by id or in their lists", async () => {
      const [ann, bob] = [newCustomer(), newCustomer()];
      const [first, second] = [await place(ann), await place(bob)];
      expect(await orders.findOwn(bob, first.order.id, soon())).toBeUndefined();
      expect(await orders.findOwn({ ...ann, pool: 'staff' }, first.order.id, soon())).toBeUndefined();
      expect((await orders.listOwn(bob, { limit: 100 }, soon())).items).toEqual([second]);
    });

    test.each([
      [
        'a pool and a subject that join to the same text',
        { pool: 'a","b', subject: 'c' },
        { pool: 'a', subject: 'b","c' },
      ],
      ['a subject that starts with the other', { pool: 'a', subject: 'b' }, { pool: 'a', subject: 'bb' }],
    ])('with %s have partitions of their own', async (_what, ann, bob) => {
      const placed = await place(ann);
      expect((await orders.listOwn(bob, { limit: 100 }, soon())).items).toEqual([]);
      expect(await orders.findOwn(bob, placed.order.id, soon())).toBeUndefined();
    });

    test("can't use each other's cursors, nor the staff's", async () => {
      const [ann, bob] = [newCustomer(), newCustomer()];
      for (const customer of [ann, ann, bob, bob]) await place(customer);
      const cursorOf = ({ next }: { next: string | null }) => String(next);
      const own = cursorOf(await orders.listOwn(ann, { limit: 1 }, soon()));
      const all = cursorOf(await orders.listAll({ limit: 1 }, soon()));
      const placed = cursorOf(await orders.listAll({ limit: 1, status: 'placed' }, soon()));
      await expect(orders.listOwn(bob, { limit: 1, cursor: own }, soon())).rejects.toEqual(refusedCursor);
      await expect(orders.listOwn(ann, { limit: 1, cursor: all }, soon())).rejects.toEqual(refusedCursor);
      await expect(orders.listAll({ limit: 1, cursor: own }, soon())).rejects.toEqual(refusedCursor);
      await expect(orders.listAll({ limit: 1, cursor: placed }, soon())).rejects.toEqual(refusedCursor);
      await expect(orders.listAll({ limit: 1, cursor: placed, status: 'baking' }, soon())).rejects.toEqual(
        refusedCursor,
      );
    });

    test('with equal Idempotency-Keys place one each', async () => {
      const [ann, bob] = [newCustomer(), newCustomer()];
      const [first, second] = [await place(ann, {}, 'k'), await place(bob, {}, 'k')];
      expect(first.order.id).not.toBe(second.order.id);
      expect((await orders.listOwn(ann, { limit: 100 }, soon())).items).toEqual([first]);
      expect((await orders.listOwn(bob, { limit: 100 }, soon())).items).toEqual([second]);
    });
  });

  describe('with an Idempotency-Key', () => {
    test('concurrent calls place one', async () => {
      const customer = newCustomer();
      const placed = await times(20, emulator.concurrency, () => place(customer, {}, 'k'));
      expect(new Set(placed.map((each) => JSON.stringify(each))).size).toBe(1);
      expect((await orders.listOwn(customer, { limit: 100 }, soon())).items).toEqual([placed[0]]);
    });

    test('another input is refused', async () => {
      const customer = newCustomer();
      await place(customer, {}, 'k');
      await expect(place(customer, { note: 'other' }, 'k')).rejects.toBe(keyReused);
    });

    test('one that was cancelled is not placed again', async () => {
      const customer = newCustomer();
      const placed = await place(customer, {}, 'k');
      await orders.remove(placed, soon());
      expect(await place(customer, {}, 'k')).toEqual(placed);
      expect((await orders.listOwn(customer, { limit: 1 }, soon())).items).toEqual([]);
    });
  });

  const many = emulator.name === 'moto' ? 100 : MANY;
  test(
    `the last page of ${many} of one customer costs what the first does`,
    async () => {
      const customer = newCustomer();
      await times(many, 50, () => place(customer));
      started.flaky.scanned.length = 0;
      const found = await readAll((cursor) => orders.listOwn(customer, { limit: 50, cursor }, soon()));
      const ids = idsOf(found);
      expect(ids).toEqual([...new Set(ids)].sort().toReversed());
      expect(ids).toHaveLength(many);
      expect(started.flaky.scanned).toHaveLength(many / 50);
      expect(Math.max(...started.flaky.scanned)).toBeLessThanOrEqual(51);
    },
    many > 1_000 ? 300_000 : 60_000,
  );
});

test('10,000 customers write to no partition of many', async () => {
  const written: Item[] = [];
  const create = async (item: Item) => written.push(item) > 0;
  const replace = async <T extends Item>(item: T, version: number) => {
    written.push(item);
    return { ...item, version: version + 1 };
  };
  const orders = createOrderStore({ create, replace } as unknown as Table<Index>);
  for (let count = 0; count < 10_000; count += 1) {
    const placed = await orders.place({ order: input, customer: newCustomer() }, soon());
    const baking = await orders.change(placed, { status: 'baking' }, soon());
    await orders.change(baking, { status: 'ready' }, soon());
  }
  const writesTo = (attribute: string) => {
    const counts = new Map<unknown, number>();
    for (const item of written) counts.set(item[attribute], (counts.get(item[attribute]) ?? 0) + 1);
    return [...counts.values()];
  };
  expect(Math.max(...writesTo('pk'))).toBe(3);
  // Both indexes take 30,000 writes: of all 8 shards 3,750 each, of a status and shard 1,250 each.
  const shares = { allOrdersPk: 3_750, ordersByStatusPk: 1_250 };
  for (const [attribute, share] of Object.entries(shares)) {
    expect(writesTo(attribute)).toHaveLength(30_000 / share);
    expect(Math.max(...writesTo(attribute))).toBeLessThan(1.2 * share);
  }
});
