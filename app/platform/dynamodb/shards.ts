import { createHash } from 'node:crypto';
import type { Item, ItemPage } from './item.js';

/**
 * The shard of an item in a list that is spread over `shards` hash keys: a partition of DynamoDB takes 1,000 writes of
 * 1 KB a second, so a list takes as many thousands as it has shards. Ids are spread evenly, whatever their form.
 */
export function shardOf(id: string, shards: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE() % shards;
}

/** The names of a list's shards, `NAME#0` and so on, as hash keys. */
export function shardKeys(name: string, shards: number): string[] {
  return Array.from({ length: shards }, (_, shard) => `${name}#${shard}`);
}

/** The hash key of the shard that holds the item of this id. */
export function shardKey(name: string, id: string, shards: number): string {
  return `${name}#${shardOf(id, shards)}`;
}

/** One page of a list from a page of each of its shards, the greatest range key first. */
export function mergePages(pages: readonly ItemPage[], rangeKey: string, limit: number): ItemPage {
  const rangeOf = (item: Item) => String(item[rangeKey]);
  const items = pages.flatMap((page) => page.items).toSorted((a, b) => (rangeOf(a) < rangeOf(b) ? 1 : -1));
  // Below the last item of a page that was cut short, items of that shard are unknown.
  const cutShort = pages.filter(({ hasMore }) => hasMore);
  const ends = cutShort.flatMap((page) => page.items.slice(-1));
  const known = items.filter((item) => ends.every((end) => rangeOf(item) >= rangeOf(end)));
  return { items: known.slice(0, limit), hasMore: known.length > limit || cutShort.length > 0 };
}
