import type { Logger } from 'pino';
import { preconditionFailed } from '../http/preconditions.js';
import { Problem } from '../http/problem.js';
import type { Tracer } from '../http/tracer.js';
import type { IndexKey, Item, ItemPage, Key, PageQuery } from './item.js';
import type { ConnectionOptions, openTable, TimeLimits } from './operations.js';
import { mergePages } from './shards.js';
import type { TableDefinition } from './table-definition.js';

export type { IndexKey, Item, ItemPage, Key, PageQuery } from './item.js';

/**
 * The API's table. Each call ends by `deadlineMs`, milliseconds since the epoch; it throws `storeUnavailable` where the
 * table did not respond by then.
 */
export interface Table<Index extends string = never> {
  /** Read consistently. */
  get(key: Key, deadlineMs: number): Promise<Item | undefined>;
  /** Finds the item in an index, which is milliseconds behind, and resolves to it as it is now. */
  getByIndex(key: IndexKey<Index>, deadlineMs: number): Promise<Item | undefined>;
  /** False, and no change, where there already is such an item that has not expired. */
  create(item: Item, deadlineMs: number): Promise<boolean>;
  /** False, and no change, where there already is such an item whose number in `attribute` is as great. */
  putIfGreater(item: Item, attribute: string, deadlineMs: number): Promise<boolean>;
  /** Replaces the item of that version by `item` with the next one, which it resolves to. Throws `preconditionFailed` where it has changed since. */
  replace<T extends Item>(item: T, version: number, deadlineMs: number): Promise<T & { readonly version: number }>;
  /** Deletes the item of that version. Throws `preconditionFailed` where it has changed since. */
  remove(key: Key, version: number, deadlineMs: number): Promise<void>;
  page(query: PageQuery<Index>, deadlineMs: number): Promise<ItemPage>;
  close(): void;
}

export const storeUnavailable = new Problem({
  status: 503,
  code: 'store_unavailable',
  detail: 'The data is unavailable at the moment: try again soon, with the Idempotency-Key of this call if it had one.',
  headers: { 'Retry-After': '1' },
});

/** Credentials that change, and connections that are shared with other tables. */
export type Connection = Required<Pick<ConnectionOptions, 'credentials' | 'requestHandler'>>;

export interface TableOptions<Index extends string> extends ConnectionOptions {
  readonly name: string;
  readonly definition: TableDefinition<Index>;
  readonly log: Logger;
  /** Receives the number of attempts that DynamoDB throttled. */
  readonly counts?: { tableThrottles: number };
  /** Receives each call as a span. */
  readonly tracer?: Pick<Tracer, 'traceCall'>;
  /** Called once, with the first call: each call then waits for the credentials, no longer than its deadline. */
  readonly connect?: () => Promise<Connection>;
}

/** A table that is opened, and the AWS SDK loaded, with the first call: no cold start waits for it. */
export function createTable<Index extends string>(options: TableOptions<Index>): Table<Index> {
  const { name, definition, log, counts = { tableThrottles: 0 }, tracer, connect, ...connection } = options;
  type Opened = ReturnType<typeof openTable>;
  let opening: Promise<Opened> | undefined;

  async function open() {
    const { openTable: openWith } = await import('./operations.js');
    return openWith(name, definition.document, { ...connection, ...(await connect?.()) }, { counts, tracer });
  }

  async function use<T>(deadlineMs: number, work: (table: Opened, limits: TimeLimits) => Promise<T>): Promise<T> {
    opening ??= open();
    const table = await opening;
    const remainingMs = Math.max(0, deadlineMs - Date.now());
    // Half of it, so that an attempt that hangs leaves time for another.
    const limits = { abortSignal: AbortSignal.timeout(remainingMs), requestTimeout: remainingMs / 2 };
    try {
      if (connect) await table.credentials(limits.abortSignal);
      return await work(table, limits);
    } catch (error) {
      // A response that the deadline cuts off fails in many ways.
      if (!limits.abortSignal.aborted && !table.isOutage(error)) throw error;
      const { name: kind, message } = error as Error;
      log.warn({ table: name, reason: `${kind}: ${message}` }, 'the table did not respond in time');
      throw storeUnavailable;
    }
  }

  return {
    get: (key, deadlineMs) => use(deadlineMs, (table, limits) => table.get(key, limits)),
    create: (item, deadlineMs) => use(deadlineMs, (table, limits) => table.create(item, limits)),
    putIfGreater: (item, attribute, deadlineMs) =>
      use(deadlineMs, (table, limits) => table.putIfGreater(item, attribute, limits)),
    getByIndex: ({ index, hash, range: equals }, deadlineMs) =>
      use(deadlineMs, async (table, limits) => {
        const { items } = await table.query({ index, hash, equals, limit: 1 }, limits);
        return items[0] && table.get(items[0], limits);
      }),
    page: ({ hash, ...query }, deadlineMs) =>
      use(deadlineMs, async (table, limits) => {
        if (typeof hash === 'string') return table.query({ ...query, hash }, limits);
        const pages = await table.queryAll(hash, query, limits);
        return mergePages(pages, table.rangeKeyOf(query.index), query.limit);
      }),
    async replace(item, version, deadlineMs) {
      const next = { ...item, version: version + 1 };
      const isReplaced = await use(deadlineMs, (table, limits) => table.replace(next, version, limits));
      if (!isReplaced) throw preconditionFailed;
      return next;
    },
    async remove(key, version, deadlineMs) {
      const isRemoved = await use(deadlineMs, (table, limits) => table.remove(key, version, limits));
      if (!isRemoved) throw preconditionFailed;
    },
    close() {
      void opening?.then((table) => table.close());
    },
  };
}
