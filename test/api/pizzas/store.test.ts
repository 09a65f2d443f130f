import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPizzaStore, type PizzaStore } from '../../../app/api/pizzas/store.js';
import { table as definition } from '../../../app/api/table.js';
import { keyReused } from '../../../app/platform/dynamodb/idempotency.js';
import { storeUnavailable } from '../../../app/platform/dynamodb/table.js';
import { emulators, readAll, soon, startTable, times, type TableUnderTest } from '../../harness/table-under-test.js';

/** FULL=1 pages through 10,000 pizzas while 1,000 are added. */
const sizes = process.env['FULL'] === '1' ? { first: 10_000, later: 1_000 } : { first: 210, later: 40 };
const caller = { pool: 'staff', subject: 'chef' };

describe.each(emulators)('pizzas in $name', (emulator) => {
  const { first, later } = emulator.name === 'moto' ? { first: 110, later: 20 } : sizes;
  let started: TableUnderTest<(typeof definition)['indexes'][number]>;
  let pizzas: PizzaStore;
  beforeAll(async () => {
    started = await startTable(definition, emulator);
    pizzas = createPizzaStore(started.table);
  }, 60_000);
  afterAll(() => started.close());

  const add = (name: string, idempotencyKey?: string) =>
    pizzas.add({ input: { name, toppings: [] }, caller, idempotencyKey }, soon());
  const everything = () => readAll((cursor) => pizzas.list({ limit: 100, cursor }, soon()));
  const named = async (name: string) => (await everything()).filter((pizza) => pizza.name === name);

  test('a pizza is read back as it was given', async () => {
    const input = { name: 'Quattro 🍕 "staĝioni" \\', toppings: ['', 'ham', '蘑菇'] };
    const added = await pizzas.add({ input, caller }, soon());
    expect(added).toEqual({ id: added.id, ...input, createdBy: 'chef', createdAt: expect.stringMatching(/Z$/) });
    expect(await pizzas.get(added.id, soon())).toEqual(added);
    expect((await pizzas.list({ limit: 1 }, soon())).items).toEqual([added]);
  });

  test(
    'pages hold each pizza once, newest first, while others are added, and the last page costs what the first does',
    async () => {
      const { flaky } = started;
      const before = await everything();
      await times(first, 50, (index) => add(`${index}`));
      const expected = (await everything()).slice(0, first);
      expect(new Set(expected.map(({ name }) => name)).size).toBe(first);

      flaky.scanned.length = 0;
      let page = await pizzas.list({ limit: 100 }, soon());
      const seen = [...page.items];
      const turns = Math.ceil((first + before.length) / 100) - 1;
      while (page.next !== null) {
        const perTurn = Math.ceil(later / turns);
        [page] = await Promise.all([
          pizzas.list({ limit: 100, cursor: page.next }, soon()),
          times(perTurn, perTurn, (index) => add(`later ${index}`)),
        ]);
        seen.push(...page.items);
      }
      expect(seen).toEqual([...expected, ...before]);
      const ids = seen.map(({ id }) => id);
      expect(ids).toEqual([...ids].sort().reverse());
      expect(Math.max(...flaky.scanned)).toBeLessThanOrEqual(101);
      expect((await everything()).length).toBeGreaterThanOrEqual(first + later);
    },
    first > 1_000 ? 600_000 : 60_000,
  );

  test('a page that holds the rest is the last one', async () => {
    const count = (await everything()).length % 100;
    const page = await pizzas.list({ limit: 100 - count }, soon());
    let { next } = page;
    while (next !== null) {
      const { items, next: after } = await pizzas.list({ limit: 100, cursor: next }, soon());
      expect(items.length).toBeGreaterThan(0);
      next = after;
    }
  });

  describe('with an Idempotency-Key', () => {
    test(`calls make one pizza and get the same, ${emulator.concurrency} at once`, async () => {
      const added = await times(Math.max(emulator.concurrency, 10), emulator.concurrency, () => add('Once', 'one'));
      expect(new Set(added.map((pizza) => JSON.stringify(pizza))).size).toBe(1);
      expect(await named('Once')).toEqual([added[0]]);
    });

    test('another input is refused, and nothing is stored', async () => {
      await add('Mine', 'two');
      await expect(add('Other', 'two')).rejects.toBe(keyReused);
      expect(await named('Other')).toEqual([]);
    });

    test("another caller's equal key is another key", async () => {
      const callers = [caller, { ...caller, subject: 'other' }, { ...caller, pool: 'customers' }];
      const added = await Promise.all(
        callers.map((caller) =>
          pizzas.add({ input: { name: 'Ours', toppings: [] }, caller, idempotencyKey: 'three' }, soon()),
        ),
      );
      expect(new Set(added.map(({ id }) => id)).size).toBe(3);
    });
  });

  describe('missing', () => {
    const none = ['019a0000-0000-7000-8000-000000000000', '019a0000-0000-7000-8000-000000000001'];

    test('names the ids that no pizza has', async () => {
      const { id } = await add('There');
      expect(await pizzas.missing([none[0] ?? '', id, none[1] ?? ''], soon())).toEqual(none);
      expect(await pizzas.missing([], soon())).toEqual([]);
    });

    test('reads a pizza once, and what is missing each time', async () => {
      const { id } = await add('Popular');
      const { calls } = started.flaky;
      await pizzas.missing([id], soon());
      const before = calls.length;
      await pizzas.missing([id], soon());
      expect(calls.length).toBe(before);
      await pizzas.missing([id, ...none], soon());
      expect(calls.slice(before).map(({ operation }) => operation)).toEqual(['GetItem', 'GetItem']);
    });
  });

  test('an outage is 503', async () => {
    started.flaky.fault = () => ({ status: 500, type: 'InternalServerError' });
    await expect(pizzas.get('x', soon(200))).rejects.toBe(storeUnavailable);
    await expect(pizzas.missing(['x'], soon(200))).rejects.toBe(storeUnavailable);
    started.flaky.fault = () => undefined;
  });
});
