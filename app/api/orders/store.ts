import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { cursorAfter, idBefore } from '../../platform/dynamodb/cursor.js';
import { createOnce } from '../../platform/dynamodb/idempotency.js';
import type { Item, Table } from '../../platform/dynamodb/table.js';
import type { NewOrder, Order, OrdersQuery } from './schema.js';

/**
 * Orders stand in one partition a customer. The staff reads them from two indexes, whose hash keys have a shard each: a
 * partition takes 1,000 writes a second, an order is written up to 5 times in both indexes, so 8 shards take 1,600 orders
 * a second.
 */
const SHARDS = 8;
export const orderIndexes = ['allOrders', 'ordersByStatus'] as const;
type OrderIndex = (typeof orderIndexes)[number];

/** Whose an order is. */
export interface Customer {
  readonly pool: string;
  readonly subject: string;
}

export interface StoredOrder {
  readonly order: Order;
  /** Grows with each change; the ETag is made from it. */
  readonly version: number;
  readonly customer: Customer;
}

export interface OrderPage {
  readonly items: readonly StoredOrder[];
  readonly next: string | null;
}

type Page = Pick<OrdersQuery, 'limit' | 'cursor'>;

export interface OrderPlacement {
  readonly order: NewOrder;
  readonly customer: Customer;
  readonly idempotencyKey?: string | undefined;
}

/** Each call ends by `deadlineMs`, milliseconds since the epoch, or throws `storeUnavailable`. */
export interface OrderStore {
  /** The same customer, key and input give the same order; another input throws `keyReused`. */
  place(placement: OrderPlacement, deadlineMs: number): Promise<StoredOrder>;
  /** From the customer's partition: nobody else's order is there. */
  findOwn(customer: Customer, id: string, deadlineMs: number): Promise<StoredOrder | undefined>;
  findAny(id: string, deadlineMs: number): Promise<StoredOrder | undefined>;
  /** Newest first. */
  listOwn(customer: Customer, page: Page, deadlineMs: number): Promise<OrderPage>;
  /** Newest first, milliseconds behind. */
  listAll(query: OrdersQuery, deadlineMs: number): Promise<OrderPage>;
  /** Throws `preconditionFailed` where the order has changed since. */
  change(
    stored: StoredOrder,
    change: { status?: Order['status'] | undefined; note?: string | null | undefined },
    deadlineMs: number,
  ): Promise<StoredOrder>;
  /** Throws `preconditionFailed` where the order has changed since. */
  remove(stored: StoredOrder, deadlineMs: number): Promise<void>;
}

const partitionOf = ({ pool, subject }: Customer) => `orders of ${JSON.stringify([pool, subject])}`;

const shardOf = (id: string) => (createHash('sha256').update(id).digest()[0] ?? 0) % SHARDS;
const allShards = Array.from({ length: SHARDS }, (_, shard) => shard);

/** Hash keys of the indexes, the same for writing and reading. */
const hashOf = (shard: number, status?: string) => (status === undefined ? `orders#${shard}` : `${status}#${shard}`);

function itemOf({ order, version, customer }: StoredOrder): Item {
  const { id, status } = order;
  const shard = shardOf(id);
  return {
    pk: partitionOf(customer),
    sk: id,
    version,
    customer,
    order,
    allOrdersPk: hashOf(shard),
    allOrdersSk: id,
    ordersByStatusPk: hashOf(shard, status),
    ordersByStatusSk: id,
  };
}

function storedOf(item: Item): StoredOrder {
  const { order, version, customer } = item as Item & StoredOrder;
  return { order, version, customer };
}

export function createOrderStore(table: Table<OrderIndex>): OrderStore {
  async function findOwn(customer: Customer, id: string, deadlineMs: number) {
    const item = await table.get({ pk: partitionOf(customer), sk: id }, deadlineMs);
    return item && storedOf(item);
  }

  async function readPage(list: string, { items, hasMore }: { items: readonly Item[]; hasMore: boolean }) {
    const last = items.at(-1);
    return { items: items.map(storedOf), next: hasMore && last ? cursorAfter(list, last.sk) : null };
  }

  return {
    findOwn,

    async place({ order: input, customer, idempotencyKey }, deadlineMs) {
      const now = new Date().toISOString();
      const order: Order = {
        id: uuidv7(),
        ...input,
        status: 'placed',
        placedBy: customer.subject,
        placedAt: now,
        updatedAt: now,
      };
      const { pool, subject } = customer;
      const item = itemOf({ order, version: 1, customer: { pool, subject } });
      const creation = { kind: 'order', item, input, caller: customer, idempotencyKey };
      return storedOf(await createOnce(table, creation, deadlineMs));
    },

    async findAny(id, deadlineMs) {
      const query = { index: 'allOrders', hash: hashOf(shardOf(id)), before: `${id}\0`, limit: 1 } as const;
      const [item] = (await table.page(query, deadlineMs)).items;
      // The index is behind; the partition of the order is not.
      return item?.sk === id ? findOwn(storedOf(item).customer, id, deadlineMs) : undefined;
    },

    async listOwn(customer, { limit, cursor }, deadlineMs) {
      const hash = partitionOf(customer);
      const before = idBefore(hash, cursor);
      return readPage(hash, await table.page({ hash, before, limit }, deadlineMs));
    },

    async listAll({ limit, cursor, status }, deadlineMs) {
      const list = `all orders, ${status ?? 'any status'}`;
      const before = idBefore(list, cursor);
      const index = status === undefined ? 'allOrders' : 'ordersByStatus';
      const pages = await Promise.all(
        allShards.map((shard) => table.page({ index, hash: hashOf(shard, status), before, limit }, deadlineMs)),
      );
      const merged = pages.flatMap(({ items }) => items).toSorted((a, b) => (a.sk < b.sk ? 1 : -1));
      const hasMore = merged.length > limit || pages.some((page) => page.hasMore);
      return readPage(list, { items: merged.slice(0, limit), hasMore });
    },

    async change(stored, { status, note }, deadlineMs) {
      const { note: before, ...rest } = stored.order;
      const next = note === undefined ? before : note;
      const order: Order = {
        ...rest,
        ...(typeof next === 'string' && { note: next }),
        status: status ?? rest.status,
        updatedAt: new Date().toISOString(),
      };
      const item = itemOf({ ...stored, order });
      return storedOf(await table.replace(item, stored.version, deadlineMs));
    },

    remove: ({ order, customer, version }, deadlineMs) =>
      table.remove({ pk: partitionOf(customer), sk: order.id }, version, deadlineMs),
  };
}
