import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startDynamoDb } from '../../../app/local/dynamodb.js';
import type { Pizza } from '../../../app/api/pizzas/schema.js';
import { keyReused } from '../../../app/api/pizzas/store.js';
import { hasMoto, startMoto } from '../../harness/moto-table.js';
import { caller, order, soon, startStore, times, type TestStore } from './store.suite.js';

/** FULL=1 pages through 10,000 pizzas while 1,000 are added. */
const [first, later] = process.env['FULL'] === '1' ? [10_000, 1_000] : [1_000, 100];

const tables = [
  { table: 'dynalite', start: () => startDynamoDb(), first, later, atOnce: 200 },
  // moto looks at the condition and writes in two steps, and other threads come in between: one at a time.
  ...(hasMoto ? [{ table: 'moto', start: startMoto, first: 300, later: 30, atOnce: 1 }] : []),
];

describe.each(tables)('pizzas in $table', ({ start, first, later, atOnce }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await startStore(start);
  }, 60_000);
  afterAll(() => store.close());

  test('a pizza comes back as it was given', async () => {
    const { pizzas } = store;
    const input = { name: 'Quattro 🍕 "staĝioni" \\', toppings: ['', 'ham', '蘑菇'] };
    const added = await pizzas.add({ input, caller }, soon());
    expect(added).toEqual({ id: added.id, ...input, createdBy: 'chef', createdAt: expect.stringMatching(/Z$/) });
    expect(await pizzas.get(added.id, soon())).toEqual(added);
    expect((await pizzas.list({ limit: 1 }, soon())).items).toEqual([added]);
  });

  test(
    'pages hold each pizza once, newest first, while others are added, and the last page costs what the first does',
    async () => {
      const { pizzas, flaky } = store;
      const before = await store.everything();
      for (let made = 0; made < first; made += 50) {
        await times(50, (index) => pizzas.add(order(`${made + index}`), soon()));
      }
      const expected = (await store.everything()).slice(0, first);
      expect(new Set(expected.map(({ name }) => name)).size).toBe(first);

      flaky.scanned.length = 0;
      let page = await pizzas.list({ limit: 100 }, soon());
      const seen = [...page.items];
      const turns = Math.ceil((first + before.length) / 100) - 1;
      while (page.next !== null) {
        [page] = await Promise.all([
          pizzas.list({ limit: 100, cursor: page.next }, soon()),
          times(Math.ceil(later / turns), (index) => pizzas.add(order(`later ${index}`), soon())),
        ]);
        seen.push(...page.items);
      }
      expect(seen).toEqual([...expected, ...before]);
      const ids = seen.map(({ id }) => id);
      expect(ids).toEqual([...ids].sort().reverse());
      expect(Math.max(...flaky.scanned)).toBeLessThanOrEqual(101);
      expect((await store.everything()).length).toBeGreaterThanOrEqual(first + later);
    },
    first > 1_000 ? 600_000 : 60_000,
  );

  test('a page that holds the rest is the last one', async () => {
    const count = (await store.everything()).length % 100;
    const page = await store.pizzas.list({ limit: 100 - count }, soon());
    let { next } = page;
    while (next !== null) {
      const { items, next: after } = await store.pizzas.list({ limit: 100, cursor: next }, soon());
      expect(items.length).toBeGreaterThan(0);
      next = after;
    }
  });

  describe('with an Idempotency-Key', () => {
    test(`orders make one pizza and get equal answers, ${atOnce} at once`, async () => {
      const answers: Pizza[] = [];
      while (answers.length < Math.max(atOnce, 10)) {
        answers.push(...(await times(atOnce, () => store.pizzas.add(order('Once', 'one'), soon()))));
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await store.named('Once')).toEqual([answers[0]]);
    });

    test('another body is refused, and nothing is stored', async () => {
      await store.pizzas.add(order('Mine', 'two'), soon());
      await expect(store.pizzas.add(order('Other', 'two'), soon())).rejects.toBe(keyReused);
      expect(await store.named('Other')).toEqual([]);
    });

    test("another caller's equal key is another key", async () => {
      const callers = [caller, { ...caller, subject: 'other' }, { ...caller, pool: 'customers' }];
      const made = await Promise.all(
        callers.map((caller) => store.pizzas.add({ ...order('Ours', 'three'), caller }, soon())),
      );
      expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    });
  });
});
