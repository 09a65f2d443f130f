import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';
import { watch } from 'node:fs';
import pino from 'pino';
import { startDynamoDb } from '../../../app/local/dynamodb.js';
import { defineTable, type TableDefinition } from '../../../app/platform/dynamodb/table-definition.js';
import { createTable, type Item, type Table } from '../../../app/platform/dynamodb/table.js';
import { buildDynamoDbProcess } from '../../harness/dynamodb-process.js';
import { scratchDirectory } from '../../harness/server-process.js';
import { soon, times } from '../../harness/table-under-test.js';

const one = defineTable({ indexes: ['byColour'] });
const two = defineTable({ indexes: ['byColour', 'bySize'] });
const log = pino({ level: 'silent' });

/** FULL=1 kills a rebuild at twice as many moments. */
const MOMENTS = process.env['FULL'] === '1' ? 10 : 5;

let processes: Awaited<ReturnType<typeof buildDynamoDbProcess>>;
let scratch: Awaited<ReturnType<typeof scratchDirectory>>;
beforeAll(async () => {
  processes = await buildDynamoDbProcess();
});
afterAll(() => processes.remove());
beforeEach(async () => {
  scratch = await scratchDirectory();
});
afterEach(() => scratch.remove());

function newItem(sk: string, colour: string): Item {
  return { pk: 'items', sk, version: 1, byColourPk: colour, byColourSk: sk, bySizePk: 'small', bySizeSk: sk };
}

async function all<Index extends string>(table: Table<Index>, hash: string | string[], index?: Index) {
  const found: Item[] = [];
  for (let hasMore = true; hasMore;) {
    const before = found.at(-1)?.sk;
    const page = await table.page({ ...(index && { index }), hash, before, limit: 100 }, soon());
    found.push(...page.items);
    ({ hasMore } = page);
  }
  return found;
}

async function withTable<Index extends string, T>(
  definition: TableDefinition<Index>,
  work: (table: Table<Index>) => Promise<T>,
) {
  const dynamoDb = await startDynamoDb({ dir: scratch.path, definition: definition.document });
  const table = createTable({ ...dynamoDb.settings, definition, log });
  try {
    return await work(table);
  } finally {
    table.close();
    await dynamoDb.close();
  }
}

test('after a kill -9 in the middle of writes, every write that had a response is there, and indexes agree with items', async () => {
  const written = new Map<string, Item>();
  for (let round = 0; round < 2; round += 1) {
    const server = processes.run(scratch.path, one.document);
    const table = createTable({ ...(await server.settings), definition: one, log });
    let count = 0;
    const write = async (writer: number) => {
      for (let isAlive = true; isAlive;) {
        const item = newItem(`${round} ${writer} ${count}`, 'red');
        try {
          await table.create(item, soon(1_000));
          written.set(item.sk, item);
          const changed = { ...item, byColourPk: 'blue' };
          written.set(item.sk, await table.replace(changed, 1, soon(1_000)));
        } catch {
          isAlive = false;
        }
        if ((count += 1) === 100) server.kill();
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    expect(await server.exited).toBe('SIGKILL');
    table.close();
  }
  await withTable(one, async (table) => {
    const items = await all(table, 'items');
    const stored = new Map(items.map((item) => [item.sk, item]));
    for (const item of written.values()) {
      // A replacement without a response may have been made.
      const version = stored.get(item.sk)?.version === 2 ? { version: 2, byColourPk: 'blue' } : {};
      expect(stored.get(item.sk)).toMatchObject({ ...item, ...version });
    }
    expect(await all(table, ['red', 'blue'], 'byColour')).toEqual(items);
  });
}, 120_000);

/** When to kill a process: at a change of the directory's entries, or some time after the first one. */
type Moment = { change: number } | { afterMs: number };

/** Starts on the directory and kills the process; resolves to how long it took from the first change until it listened, if it did. */
async function startAndKill(definition: TableDefinition, moment: Moment) {
  const server = processes.run(scratch.path, definition.document);
  let changes = 0;
  let firstAt = 0;
  const watcher = watch(scratch.path, () => {
    changes += 1;
    if (changes === 1) firstAt = performance.now();
    if ('change' in moment && changes === moment.change) server.kill();
    if ('afterMs' in moment && changes === 1) setTimeout(() => server.kill(), moment.afterMs);
  });
  const listening = await server.settings.then(
    () => performance.now() - firstAt,
    () => undefined,
  );
  server.kill();
  await server.exited;
  watcher.close();
  return listening;
}

test('a kill -9 at any moment of a rebuild loses nothing', async () => {
  const COUNT = 200;
  await withTable(one, (table) => times(COUNT, 50, (index) => table.create(newItem(`${index}`, 'red'), soon())));
  const before = await withTable(one, (table) => all(table, 'items'));
  expect(before).toHaveLength(COUNT);

  const durationMs = (await startAndKill(two, { change: Infinity })) ?? 0;
  const moments: Moment[] = [
    ...Array.from({ length: MOMENTS }, (_, index) => ({ change: index + 1 })),
    ...Array.from({ length: MOMENTS }, (_, index) => ({ afterMs: (durationMs * index) / MOMENTS })),
  ];
  let kills = 0;
  for (const [index, moment] of moments.entries()) {
    if ((await startAndKill(index % 2 === 0 ? one : two, moment)) === undefined) kills += 1;
  }
  expect(kills).toBeGreaterThanOrEqual(MOMENTS);
  await withTable(two, async (table) => {
    expect(await all(table, 'items')).toEqual(before);
    expect(await all(table, 'small', 'bySize')).toEqual(before);
  });
}, 120_000);
