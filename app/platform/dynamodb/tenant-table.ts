import { LRUCache } from 'lru-cache';
import type { Item, Key } from './item.js';
import type { Table } from './table.js';
import type { TableDefinition } from './table-definition.js';

/** Services are kept for so many tenants, those used last. */
const MAX_TENANTS = 1_000;

/** What a tenant's hash keys begin with. Quotes and backslashes in its name are escaped: no name begins the keys of another. */
export const prefixOf = (tenant: string) => `tenant ${JSON.stringify(tenant)} `;

/**
 * The table as one tenant has it: the tenant is put before each hash key that is written or asked for, and taken off again
 * from what is read. Nothing of another tenant, and nothing of no tenant, can be named through it.
 */
export function tenantTable<Index extends string>(
  table: Table<Index>,
  { document: { hashKey, indexes } }: TableDefinition<Index>,
  tenant: string,
): Table<Index> {
  const prefix = prefixOf(tenant);
  const hashKeys = [hashKey, ...indexes.map((index) => index.hashKey)];
  const within = (hash: string) => prefix + hash;
  const keyWithin = ({ pk, sk }: Key): Key => ({ pk: within(pk), sk });

  function changeHashKeys<T extends Item>(item: T, change: (hash: string) => string): T {
    const own = hashKeys.filter((name) => typeof item[name] === 'string');
    return { ...item, ...Object.fromEntries(own.map((name) => [name, change(item[name] as string)])) };
  }
  const itemWithin = <T extends Item>(item: T) => changeHashKeys(item, within);
  const itemWithout = <T extends Item>(item: T) => changeHashKeys(item, (hash) => hash.slice(prefix.length));

  return {
    async get(key, deadlineMs) {
      const item = await table.get(keyWithin(key), deadlineMs);
      return item && itemWithout(item);
    },
    async getByIndex(key, deadlineMs) {
      const item = await table.getByIndex({ ...key, hash: within(key.hash) }, deadlineMs);
      return item && itemWithout(item);
    },
    create: (item, deadlineMs) => table.create(itemWithin(item), deadlineMs),
    putIfGreater: (item, attribute, deadlineMs) => table.putIfGreater(itemWithin(item), attribute, deadlineMs),
    async replace(item, version, deadlineMs) {
      return itemWithout(await table.replace(itemWithin(item), version, deadlineMs));
    },
    remove: (key, version, deadlineMs) => table.remove(keyWithin(key), version, deadlineMs),
    async page({ hash, ...query }, deadlineMs) {
      const hashes = typeof hash === 'string' ? within(hash) : hash.map(within);
      const { items, hasMore } = await table.page({ ...query, hash: hashes }, deadlineMs);
      return { items: items.map(itemWithout), hasMore };
    },
    close: () => table.close(),
  };
}

/** What handlers work with: for all tenants together, and bound to one. */
export interface BoundServices<Services> {
  readonly services: Services;
  readonly servicesFor: (tenant: string) => Services;
}

/**
 * Makes an API's services on its table, and those of a tenant on the tenant's own part of it, once each. `tableOf` opens the
 * table with what the tenant may do by IAM; without it, with what the function may.
 */
export function bindServices<Services, Index extends string>(
  table: Table<Index>,
  definition: TableDefinition<Index>,
  createServices: (table: Table<Index>) => Services,
  tableOf: (tenant: string) => Table<Index> = () => table,
): BoundServices<Services> {
  let tenants: LRUCache<string, { readonly services: Services }> | undefined;
  return {
    services: createServices(table),
    servicesFor(tenant) {
      tenants ??= new LRUCache({ max: MAX_TENANTS });
      let bound = tenants.get(tenant);
      if (!bound) {
        bound = { services: createServices(tenantTable(tableOf(tenant), definition, tenant)) };
        tenants.set(tenant, bound);
      }
      return bound.services;
    },
  };
}
