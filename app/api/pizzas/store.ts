import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { Principal } from '../../platform/auth/claims.js';
import { Problem } from '../../platform/http/problem.js';
import { cursorAfter, idBefore } from '../../platform/dynamodb/cursor.js';
import type { NewPizza, Page, PageQuery, Pizza } from './schema.js';
import type { Item, Table, TableSettings, TimeLimits } from '../../platform/dynamodb/table.js';

/** One partition holds the list: it is read in order, and takes 1,000 writes a second. Beyond that, shard it. */
const PIZZAS = 'pizzas';
/** Seconds that an Idempotency-Key is remembered. */
const REMEMBERED = 24 * 60 * 60;

export interface Order {
  input: NewPizza;
  caller: Pick<Principal, 'pool' | 'subject'>;
  idempotencyKey?: string | undefined;
}

/** Each call is answered by `deadlineMs`, milliseconds since the epoch, or throws `storeUnavailable`. */
export interface PizzaStore {
  list(page: PageQuery, deadlineMs: number): Promise<Page>;
  get(id: string, deadlineMs: number): Promise<Pizza | undefined>;
  /** Orders of one caller with the same key and input give the same pizza; with other input it throws `keyReused`. */
  add(order: Order, deadlineMs: number): Promise<Pizza>;
  close(): void;
}

export const storeUnavailable = new Problem({
  status: 503,
  code: 'store_unavailable',
  detail:
    'The pizzas cannot be reached at the moment: try again soon, with the Idempotency-Key of this call if it had one.',
  headers: { 'Retry-After': '1' },
});

export const keyReused = new Problem({
  status: 422,
  code: 'idempotency_key_reused',
  detail: 'This Idempotency-Key came with another body before: take a new key for a new pizza.',
});

interface PizzaItem extends Item, Omit<Pizza, 'id'> {}

interface OrderItem extends Item {
  inputHash: string;
  pizza: Pizza;
}

function itemOf({ id, ...rest }: Pizza): PizzaItem {
  return { pk: PIZZAS, sk: id, ...rest };
}

function pizzaOf(item: Item): Pizza {
  const { sk: id, name, toppings, createdBy, createdAt } = item as PizzaItem;
  return { id, name, toppings, createdBy, createdAt };
}

function orderOf({ input, caller }: Order, key: string, pizza: Pizza): OrderItem {
  return {
    pk: `order ${JSON.stringify([caller.pool, caller.subject])}`,
    sk: key,
    inputHash: createHash('sha256').update(JSON.stringify(input)).digest('base64url'),
    pizza,
    expiresAt: Math.floor(Date.now() / 1000) + REMEMBERED,
  };
}

/**
 * An order comes first and holds the pizza as it will be; whoever finds it carries it out. So two plain writes do the work
 * of a transaction: stopped in between, the next call with the key completes it, and calls at once write the same thing.
 */
async function carryOut(table: Table, order: OrderItem, limits: TimeLimits): Promise<Pizza> {
  const kept = (await table.putNew(order, limits))
    ? order
    : ((await table.get(order, limits)) as OrderItem | undefined);
  if (kept === undefined) throw storeUnavailable;
  if (kept.inputHash !== order.inputHash) throw keyReused;
  await table.putNew(itemOf(kept.pizza), limits);
  return kept.pizza;
}

/** Keeps pizzas in a DynamoDB table with the keys `pk` and `sk`. The SDK is loaded, and the table first asked, on first use. */
export function createDynamoStore({ log, ...settings }: TableSettings & { log: Logger }): PizzaStore {
  let opened: Promise<Table> | undefined;

  async function use<T>(deadlineMs: number, work: (table: Table, limits: TimeLimits) => Promise<T>): Promise<T> {
    opened ??= import('../../platform/dynamodb/table.js').then(({ openTable }) => openTable(settings));
    const table = await opened;
    const remainingMs = Math.max(0, deadlineMs - Date.now());
    // Half of it, so that what never answers is asked once more.
    const limits = { abortSignal: AbortSignal.timeout(remainingMs), requestTimeout: remainingMs / 2 };
    try {
      return await work(table, limits);
    } catch (error) {
      // A response cut off by the deadline fails in many ways.
      if (error instanceof Problem || !(limits.abortSignal.aborted || table.isOutage(error))) throw error;
      const { name, message } = error as Error;
      log.warn({ table: settings.table, reason: `${name}: ${message}` }, 'the table did not answer in time');
      throw storeUnavailable;
    }
  }

  return {
    async list({ limit, cursor }, deadlineMs) {
      const before = cursor === undefined ? undefined : idBefore(cursor);
      const page = { limit, ...(before !== undefined && { before }) };
      const { items, hasMore } = await use(deadlineMs, (table, limits) => table.last(PIZZAS, page, limits));
      const last = items.at(-1);
      return { items: items.map(pizzaOf), next: hasMore && last ? cursorAfter(last.sk) : null };
    },

    async get(id, deadlineMs) {
      const key = { pk: PIZZAS, sk: id };
      const item = await use(deadlineMs, (table, limits) => table.get(key, limits));
      return item && pizzaOf(item);
    },

    async add(order, deadlineMs) {
      const { input, caller, idempotencyKey } = order;
      const pizza = { id: uuidv7(), ...input, createdBy: caller.subject, createdAt: new Date().toISOString() };
      return use(deadlineMs, async (table, limits) => {
        if (idempotencyKey !== undefined) return carryOut(table, orderOf(order, idempotencyKey, pizza), limits);
        // An id that is taken is our own: an attempt that got through, and whose answer was lost.
        await table.putNew(itemOf(pizza), limits);
        return pizza;
      });
    },

    close() {
      void opened?.then((table) => table.close());
    },
  };
}
