import pino from 'pino';
import { startDynamoDb, type LocalDynamoDb } from '../../../app/local/dynamodb.js';
import type { Pizza } from '../../../app/api/pizzas/schema.js';
import { createDynamoStore, type Order, type PizzaStore } from '../../../app/api/pizzas/store.js';
import { startFlaky, type Fault, type FlakyDynamoDb } from '../../harness/flaky-proxy.js';

/** A store over a DynamoDB, on a way on which things can go wrong. */
export interface TestStore {
  pizzas: PizzaStore;
  dynamoDb: LocalDynamoDb;
  flaky: FlakyDynamoDb;
  /** What was logged. */
  lines: string[];
  /** Every pizza, newest first. */
  everything(): Promise<Pizza[]>;
  named(name: string): Promise<Pizza[]>;
  /** The first calls of the operation go wrong as told, those that follow pass. */
  failFirst(operation: string, ...faults: (Fault | undefined)[]): void;
  close(): Promise<void>;
}

export const caller = { pool: 'staff', subject: 'chef' };

export function order(name: string, idempotencyKey?: string): Order {
  return { input: { name, toppings: [] }, caller, idempotencyKey };
}

/** When an answer has to be there; a minute is never used up. */
export function soon(ms = 60_000) {
  return Date.now() + ms;
}

export async function times<T>(count: number, make: (index: number) => Promise<T>) {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

export async function startStore(start: () => Promise<LocalDynamoDb> = startDynamoDb): Promise<TestStore> {
  const dynamoDb = await start();
  const flaky = await startFlaky(dynamoDb.settings.endpoint);
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
  const pizzas = createDynamoStore({ ...dynamoDb.settings, endpoint: flaky.endpoint, log });

  async function everything() {
    const found: Pizza[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page = await pizzas.list({ limit: 100, ...(next && { cursor: next }) }, soon());
      found.push(...page.items);
      ({ next } = page);
    }
    return found;
  }

  return {
    pizzas,
    dynamoDb,
    flaky,
    lines,
    everything,
    named: async (name) => (await everything()).filter((pizza) => pizza.name === name),
    failFirst(operation, ...faults) {
      flaky.fault = (called) => (called === operation ? faults.shift() : undefined);
    },
    async close() {
      pizzas.close();
      await flaky.close();
      await dynamoDb.close();
    },
  };
}
