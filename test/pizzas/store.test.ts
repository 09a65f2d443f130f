import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { startDynamoDb, type LocalDynamoDb } from '../../app/local/dynamodb.js';
import { createDynamoStore, keyReused, storeUnavailable, type Order, type PizzaStore } from '../../app/pizzas/store.js';
import type { Pizza } from '../../app/pizzas/schema.js';
import { startFlaky, type Fault, type FlakyDynamoDb } from './flaky.js';
import { hasMoto, startMoto } from './moto.js';

const isFull = process.env['FULL'] === '1';
const throttled = { status: 400, type: 'ProvisionedThroughputExceededException' };
const broken = { status: 500, type: 'InternalServerError' };
const caller = { pool: 'staff', subject: 'chef' };

const soon = (ms = 10_000) => Date.now() + ms;
const order = (name: string, idempotencyKey?: string): Order => ({
  input: { name, toppings: [] },
  caller,
  idempotencyKey,
});
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

const tables = [
  {
    table: 'dynalite',
    start: () => startDynamoDb(),
    first: isFull ? 10_000 : 2_000,
    later: isFull ? 1_000 : 200,
    atOnce: 200,
  },
  // moto looks at the condition and writes in two steps, and other threads come in between: one at a time.
  { table: 'moto', start: startMoto, first: 300, later: 30, atOnce: 1 },
];

describe.each(tables.filter(({ table }) => hasMoto || table !== 'moto'))(
  'pizzas in $table',
  ({ start, first, later, atOnce }) => {
    let dynamoDb: LocalDynamoDb;
    let flaky: FlakyDynamoDb;
    let pizzas: PizzaStore;
    const lines: string[] = [];

    beforeAll(async () => {
      dynamoDb = await start();
      flaky = await startFlaky(dynamoDb.settings.endpoint);
      const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
      pizzas = createDynamoStore({ ...dynamoDb.settings, endpoint: flaky.endpoint, log });
    }, 60_000);
    afterAll(async () => {
      pizzas.close();
      await flaky.close();
      await dynamoDb.close();
    });
    afterEach(() => {
      flaky.fault = () => undefined;
    });

    /** The first calls of the operation go wrong, those that follow pass. */
    function failFirst(operation: string, ...faults: (Fault | undefined)[]) {
      flaky.fault = (called) => (called === operation ? faults.shift() : undefined);
    }

    async function everything() {
      const found: Pizza[] = [];
      let next: string | null | undefined;
      do {
        const page = await pizzas.list({ limit: 100, ...(next && { cursor: next }) }, soon());
        found.push(...page.items);
        ({ next } = page);
      } while (next !== null);
      return found;
    }

    const named = async (name: string) => (await everything()).filter((pizza) => pizza.name === name);

    test('a pizza comes back as it was given', async () => {
      const input = { name: 'Quattro 🍕 "staĝioni" \\', toppings: ['', 'ham', '蘑菇'] };
      const added = await pizzas.add({ input, caller }, soon());
      expect(added).toEqual({ id: added.id, ...input, createdBy: 'chef', createdAt: expect.stringMatching(/Z$/) });
      expect(await pizzas.get(added.id, soon())).toEqual(added);
      expect((await pizzas.list({ limit: 1 }, soon())).items).toEqual([added]);
    });

    test(
      'pages hold each pizza once, newest first, while others are added, and the last page costs what the first does',
      async () => {
        const before = await everything();
        for (let made = 0; made < first; made += 50)
          await times(50, (index) => pizzas.add(order(`${made + index}`), soon()));
        const expected = (await everything()).slice(0, first);
        expect(new Set(expected.map(({ name }) => name)).size).toBe(first);

        flaky.scanned.length = 0;
        const seen: Pizza[] = [];
        let page = await pizzas.list({ limit: 100 }, soon());
        const pages = Math.ceil((first + before.length) / 100);
        for (;;) {
          seen.push(...page.items);
          if (page.next === null) break;
          const [nextPage] = await Promise.all([
            pizzas.list({ limit: 100, cursor: page.next }, soon()),
            times(Math.ceil(later / (pages - 1)), (index) => pizzas.add(order(`later ${index}`), soon())),
          ]);
          page = nextPage;
        }
        expect(seen).toEqual([...expected, ...before]);
        expect(seen.map(({ id }) => id)).toEqual(
          seen
            .map(({ id }) => id)
            .sort()
            .reverse(),
        );
        expect((await everything()).length).toBeGreaterThanOrEqual(first + later);
        expect(Math.max(...flaky.scanned)).toBeLessThanOrEqual(101);
      },
      isFull ? 600_000 : 60_000,
    );

    test('the last page says that it is the last, also when it is full', async () => {
      const count = (await everything()).length;
      const { next } = await pizzas.list({ limit: 1 }, soon());
      expect(next).not.toBeNull();
      const all = await everything();
      expect(all).toHaveLength(count);
    });

    describe('with an Idempotency-Key', () => {
      test(`orders make one pizza and get equal answers, ${atOnce} at once`, async () => {
        const answers: Pizza[] = [];
        while (answers.length < Math.max(atOnce, 10)) {
          answers.push(...(await times(atOnce, () => pizzas.add(order('Once', 'key-1'), soon()))));
        }
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(await named('Once')).toEqual([answers[0]]);
      });

      test('another body is refused, and nothing is stored', async () => {
        await pizzas.add(order('Mine', 'key-2'), soon());
        await expect(pizzas.add(order('Other', 'key-2'), soon())).rejects.toBe(keyReused);
        expect(await named('Other')).toEqual([]);
      });

      test("another caller's equal key is another key", async () => {
        const mine = await pizzas.add(order('Ours', 'key-3'), soon());
        const theirs = await pizzas.add({ ...order('Ours', 'key-3'), caller: { pool: 'staff', subject: 'x' } }, soon());
        const pool = { ...order('Ours', 'key-3'), caller: { pool: 'customers', subject: 'chef' } };
        const ids = [mine, theirs, await pizzas.add(pool, soon())].map(({ id }) => id);
        expect(new Set(ids).size).toBe(3);
      });

      test('an order that stopped half-way is completed by the next call', async () => {
        failFirst('PutItem', undefined, ...Array.from({ length: 50 }, () => broken));
        await expect(pizzas.add(order('Half', 'key-4'), soon(300))).rejects.toBe(storeUnavailable);
        flaky.fault = () => undefined;
        expect(await named('Half')).toEqual([]);
        const pizza = await pizzas.add(order('Half', 'key-4'), soon());
        expect(await named('Half')).toEqual([pizza]);
      });
    });

    describe('when the table is out of order', () => {
      test.each<[string, Fault[]]>([
        ['throttled', [throttled]],
        ['out of order for a moment', [broken, broken]],
        ['silent', ['silence']],
        ['cut off before the answer was out', ['answer lost']],
      ])('a write that is %s is tried again, and done once', async (what, faults) => {
        failFirst('PutItem', ...faults);
        const pizza = await pizzas.add(order(`Tried ${what}`), soon(15_000));
        expect(await named(`Tried ${what}`)).toEqual([pizza]);
      });

      test.each<[string, Fault[]]>([
        ['throttled', [throttled]],
        ['silent', ['silence']],
        ['cut off', ['answer lost']],
      ])('a page that is %s is asked for again', async (_what, faults) => {
        const page = await pizzas.list({ limit: 2 }, soon());
        failFirst('Query', ...faults);
        expect(await pizzas.list({ limit: 2 }, soon(15_000))).toEqual(page);
      });

      test('the answer is 503 with Retry-After by the time that was given, and the log says why', async () => {
        flaky.fault = () => throttled;
        await expect(pizzas.get('x', soon(200))).rejects.toBe(storeUnavailable);
        flaky.fault = () => 'silence';
        await expect(pizzas.list({ limit: 1 }, soon(200))).rejects.toBe(storeUnavailable);
        expect(storeUnavailable).toMatchObject({
          status: 503,
          code: 'store_unavailable',
          headers: { 'Retry-After': '1' },
        });
        expect(lines.join('')).toContain('the table did not answer in time');
      });

      test('what asking again does not mend is an error, not an outage', async () => {
        const { settings } = dynamoDb;
        const elsewhere = createDynamoStore({ ...settings, table: 'none', log: pino({ level: 'silent' }) });
        await expect(elsewhere.get('x', soon())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
        elsewhere.close();
      });
    });
  },
);
