import { v7 as uuidv7 } from 'uuid';
import { cursorAfter, idBefore } from '../../../../app/platform/dynamodb/cursor.js';
import { createOnce } from '../../../../app/platform/dynamodb/idempotency.js';
import type { Item as TableItem, Table } from '../../../../app/platform/dynamodb/table.js';
import type { Item, NewItem, Page, ItemsQuery } from './schema.js';

const ITEMS = 'items';

export interface ItemAddition {
  readonly input: NewItem;
  readonly caller: { readonly pool: string; readonly subject: string };
  readonly idempotencyKey: string | undefined;
}

/** Each call ends by `deadlineMs`, milliseconds since the epoch, or throws `storeUnavailable`. */
export interface ItemStore {
  /** Newest first. */
  list(page: ItemsQuery, deadlineMs: number): Promise<Page>;
  get(id: string, deadlineMs: number): Promise<Item | undefined>;
  /** The same caller, key and input give the same item; another input throws `keyReused`. */
  add(addition: ItemAddition, deadlineMs: number): Promise<Item>;
}

function stored({ id, name, ...rest }: Item): TableItem {
  return { pk: ITEMS, sk: id, name, ...rest, itemsByNamePk: name, itemsByNameSk: id };
}

function itemOf(item: TableItem): Item {
  const { sk: id, name, tags, createdBy, createdAt } = item as TableItem & Omit<Item, 'id'>;
  return { id, name, tags, createdBy, createdAt };
}

export function createItemStore(table: Table<'itemsByName'>): ItemStore {
  return {
    async list({ limit, cursor, name }, deadlineMs) {
      const list = name === undefined ? ITEMS : `${ITEMS} named ${name}`;
      const where = name === undefined ? { hash: ITEMS } : { index: 'itemsByName' as const, hash: name };
      const page = await table.page({ ...where, before: idBefore(list, cursor), limit }, deadlineMs);
      const last = page.items.at(-1);
      return { items: page.items.map(itemOf), next: page.hasMore && last ? cursorAfter(list, last.sk) : null };
    },

    async get(id, deadlineMs) {
      const item = await table.get({ pk: ITEMS, sk: id }, deadlineMs);
      return item && itemOf(item);
    },

    async add({ input, caller, idempotencyKey }, deadlineMs) {
      const item = { id: uuidv7(), ...input, createdBy: caller.subject, createdAt: new Date().toISOString() };
      const creation = { kind: 'item', item: stored(item), input, caller, idempotencyKey };
      return itemOf(await createOnce(table, creation, deadlineMs));
    },
  };
}
