import { v7 as uuidv7 } from 'uuid';
import { cursorAfter, idBefore } from '../../platform/dynamodb/cursor.js';
import { createOnce } from '../../platform/dynamodb/idempotency.js';
import { shardKey, shardKeys } from '../../platform/dynamodb/shards.js';
import type { Item, ItemPage, Table } from '../../platform/dynamodb/table.js';
import type { PageQuery } from '../../platform/http/page-schema.js';
import type { NewOrder, Order, OrdersQuery } from './schema.js';

/**
 * Orders are kept in one partition a customer, so that a customer reads their own from there and nobody writes to a
 * partition of many. The staff reads two indexes, each spread over shards by the order's id. At 1,000 orders a second that
 * are placed, baked and made ready, `allOrders` takes 3,000 writes a second, 375 a shard; in `ordersByStatus` each step
 * deletes from one status and adds to the next, so `placed` and `baking` take 2,000 each, 250 a shard. A partition takes
 * 1,000 writes of 1 KB: enough for orders of 2 KB at twice that. A page of the staff costs a query of every shard.
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
  listOwn(customer: Customer, page: PageQuery, deadlineMs: number): Promise<OrderPage>;
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

/** The list of the staff that has the orders of this status, or all of them. */
const listOf = (status?: Order['status']) => status ?? 'orders';

function itemOf({ order, version, customer }: StoredOrder): Item {
  const { id, status } = order;
  return {
    pk: partitionOf(customer),
    sk: id,
    version,
    customer,
    order,
    allOrdersPk: shardKey(listOf(), id, SHARDS),
    allOrdersSk: id,
    ordersByStatusPk: shardKey(listOf(status), id, SHARDS),
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

  function pageOf(list: string, { items, hasMore }: ItemPage): OrderPage {
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
      const key = { index: 'allOrders', hash: shardKey(listOf(), id, SHARDS), range: id } as const;
      const item = await table.getByIndex(key, deadlineMs);
      return item && storedOf(item);
    },

    async listOwn(customer, { limit, cursor }, deadlineMs) {
      const hash = partitionOf(customer);
      const before = idBefore(hash, cursor);
      return pageOf(hash, await table.page({ hash, before, limit }, deadlineMs));
    },

    async listAll({ limit, cursor, status }, deadlineMs) {
      const list = `all orders, ${status ?? 'any status'}`;
      const index = status === undefined ? 'allOrders' : 'ordersByStatus';
      const hash = shardKeys(listOf(status), SHARDS);
      return pageOf(list, await table.page({ index, hash, before: idBefore(list, cursor), limit }, deadlineMs));
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
