import { LRUCache } from 'lru-cache';
import { v7 as uuidv7 } from 'uuid';
import { cursorAfter, idBefore } from '../../platform/dynamodb/cursor.js';
import { createOnce } from '../../platform/dynamodb/idempotency.js';
import type { Item, Table } from '../../platform/dynamodb/table.js';
import type { PageQuery } from '../../platform/http/page-schema.js';
import type { NewPizza, Page, Pizza } from './schema.js';

/** One partition holds the list: it is read in order, and takes 1,000 writes a second. Beyond that, shard it as orders are. */
const PIZZAS = 'pizzas';
/** Every order asks whether its pizzas exist: uncached, 1,000 orders a second would read more than a partition gives. */
const MAX_CACHED_IDS = 1_000;

export interface PizzaAddition {
  readonly input: NewPizza;
  readonly caller: { readonly pool: string; readonly subject: string };
  readonly idempotencyKey?: string | undefined;
}

/** Each call ends by `deadlineMs`, milliseconds since the epoch, or throws `storeUnavailable`. */
export interface PizzaStore {
  /** Newest first. */
  list(page: PageQuery, deadlineMs: number): Promise<Page>;
  get(id: string, deadlineMs: number): Promise<Pizza | undefined>;
  /** The same caller, key and input give the same pizza; another input throws `keyReused`. */
  add(addition: PizzaAddition, deadlineMs: number): Promise<Pizza>;
  /** Those of the ids that no pizza has. */
  missing(ids: readonly string[], deadlineMs: number): Promise<string[]>;
}

function itemOf({ id, ...rest }: Pizza): Item {
  return { pk: PIZZAS, sk: id, ...rest };
}

function pizzaOf(item: Item): Pizza {
  const { sk: id, name, toppings, createdBy, createdAt } = item as Item & Omit<Pizza, 'id'>;
  return { id, name, toppings, createdBy, createdAt };
}

export function createPizzaStore(table: Table<string>): PizzaStore {
  // Pizzas are never removed: an id that exists once exists always.
  const existing = new LRUCache<string, true>({ max: MAX_CACHED_IDS });

  async function get(id: string, deadlineMs: number) {
    const item = await table.get({ pk: PIZZAS, sk: id }, deadlineMs);
    return item && pizzaOf(item);
  }

  return {
    get,

    async list({ limit, cursor }, deadlineMs) {
      const before = idBefore(PIZZAS, cursor);
      const { items, hasMore } = await table.page({ hash: PIZZAS, before, limit }, deadlineMs);
      const last = items.at(-1);
      return { items: items.map(pizzaOf), next: hasMore && last ? cursorAfter(PIZZAS, last.sk) : null };
    },

    async add({ input, caller, idempotencyKey }, deadlineMs) {
      const pizza = { id: uuidv7(), ...input, createdBy: caller.subject, createdAt: new Date().toISOString() };
      const creation = { kind: 'pizza', item: itemOf(pizza), input, caller, idempotencyKey };
      return pizzaOf(await createOnce(table, creation, deadlineMs));
    },

    async missing(ids, deadlineMs) {
      const unknown = ids.filter((id) => !existing.has(id));
      const found = await Promise.all(unknown.map((id) => get(id, deadlineMs)));
      for (const pizza of found) if (pizza) existing.set(pizza.id, true);
      return ids.filter((id) => !existing.has(id));
    },
  };
}
