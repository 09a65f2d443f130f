import { describe, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { mergePages, shardKey, shardKeys, shardOf } from '../../../app/platform/dynamodb/shards.js';

test('the shard of an id is always the same, and one of the list', () => {
  for (const id of Array.from({ length: 100 }, () => uuidv7())) {
    expect(shardKeys('items', 8)).toContain(shardKey('items', id, 8));
    expect(shardKey('items', id, 8)).toBe(`items#${shardOf(id, 8)}`);
    expect(shardOf(id, 8)).toBe(shardOf(id, 8));
  }
});

test.each([
  ['UUIDs of one moment', () => uuidv7({ msecs: 1_764_115_200_000 })],
  ['numbers in sequence', (index: number) => String(index)],
])('%s are spread evenly', (_what, id) => {
  const counts = new Map<number, number>();
  for (let index = 0; index < 10_000; index += 1) {
    const shard = shardOf(id(index), 8);
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect(new Set(counts.keys())).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  expect(Math.max(...counts.values())).toBeLessThan(1.2 * (10_000 / 8));
});

describe('a page merged from shards', () => {
  const page = (ranges: string, hasMore = false) => ({
    items: ranges.split('').map((range) => ({ pk: 'x', sk: 'x', range })),
    hasMore,
  });
  const merged = (limit: number, ...pages: ReturnType<typeof page>[]) => {
    const { items, hasMore } = mergePages(pages, 'range', limit);
    return [items.map(({ range }) => range).join(''), hasMore];
  };

  test('holds the greatest range keys of all', () => {
    expect(merged(4, page('hea'), page('gb'), page(''), page('f'))).toEqual(['hgfe', true]);
  });

  test('is the last one when it holds the rest', () => {
    expect(merged(6, page('hea'), page('gb'), page('f'))).toEqual(['hgfeba', false]);
  });

  test('has a next page when a shard has more', () => {
    expect(merged(2, page('hg', true), page(''))).toEqual(['hg', true]);
  });

  test.each([
    ['he', 'gfdcba', 'hgfe'],
    ['hec', 'gfdba', 'hgfedc'],
    ['h', 'gf', 'h'],
  ])('ends where a shard was cut short, since what follows there is unknown: after %s', (cut, other, known) => {
    expect(merged(6, page(cut, true), page(other))).toEqual([known, true]);
  });

  test('has a next page even when a shard was cut short before its first item', () => {
    expect(merged(6, page('', true), page('ba'))).toEqual(['ba', true]);
  });
});
