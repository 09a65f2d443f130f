import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import pino from 'pino';
import { startDynamoDb } from '../../../app/local/dynamodb.js';
import { defineTable, type TableDefinition } from '../../../app/platform/dynamodb/table-definition.js';
import { createTable, type Table } from '../../../app/platform/dynamodb/table.js';
import { scratchDirectory } from '../../harness/server-process.js';
import { soon, times } from '../../harness/table-under-test.js';

const byColour = defineTable({ indexes: ['byColour'] });
const bySize = defineTable({ indexes: ['bySize'] });
const COUNT = 30;
/** Larger than a page of a scan, all together. */
const text = 'x'.repeat(40_000);
const hash = 'items';
const sks = Array.from({ length: COUNT }, (_, index) => `item ${String(index).padStart(4, '0')}`);

let scratch: Awaited<ReturnType<typeof scratchDirectory>>;
let dir: string;
beforeEach(async () => {
  scratch = await scratchDirectory();
  dir = scratch.path;
});
afterEach(() => scratch.remove());

const data = () => join(dir, 'dynamodb');

/** Starts on the directory, works with the table and closes again. */
async function withTable<Index extends string, T>(
  definition: TableDefinition<Index>,
  work: (table: Table<Index>) => Promise<T>,
  name = 'api',
): Promise<T> {
  const dynamoDb = await startDynamoDb({ dir, table: name, definition: definition.document });
  const table = createTable({ ...dynamoDb.settings, definition, log: pino({ level: 'silent' }) });
  try {
    return await work(table);
  } finally {
    table.close();
    await dynamoDb.close();
  }
}

const fill = () =>
  withTable(byColour, (table) =>
    times(COUNT, 10, (index) => {
      const sk = sks[index] ?? '';
      const keys = { byColourPk: 'red', byColourSk: sk, bySizePk: 'small', bySizeSk: sk };
      return table.create({ pk: hash, sk, version: 1, text, ...keys }, soon());
    }),
  );

/** The range keys of the table's items, or of an index's. */
async function listed<Index extends string>(table: Table<Index>, index?: Index, of = hash) {
  const found: string[] = [];
  for (let hasMore = true; hasMore;) {
    const page = await table.page({ ...(index && { index }), hash: of, before: found.at(-1), limit: 10 }, soon());
    found.push(...page.items.map(({ sk }) => sk));
    ({ hasMore } = page);
  }
  return found.toReversed();
}

async function indexNames(definition: TableDefinition) {
  const { settings, close } = await startDynamoDb({ dir, definition: definition.document });
  const client = new DynamoDBClient(settings);
  const { Table: description } = await client.send(new DescribeTableCommand({ TableName: settings.name }));
  client.destroy();
  await close();
  return description?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName);
}

describe('when the definition changes', () => {
  test('items are kept, a new index has those that have its keys, and one that is no longer defined is gone', async () => {
    await fill();
    await withTable(bySize, async (table) => {
      expect(await listed(table)).toEqual(sks);
      expect(await listed(table, 'bySize', 'small')).toEqual(sks);
    });
    expect(await indexNames(bySize)).toEqual(['bySize']);
  });

  test('items are kept under another name of the table', async () => {
    await fill();
    expect(await withTable(byColour, (table) => listed(table), 'renamed')).toEqual(sks);
  });

  test('indexes in another sequence are no change', async () => {
    const definition = defineTable({ indexes: ['byColour', 'bySize'] });
    await withTable(definition, async () => undefined);
    await writeFile(join(data(), 'marker'), 'not in a database that was rebuilt');
    await withTable(defineTable({ indexes: ['bySize', 'byColour'] }), async () => undefined);
    expect(existsSync(join(data(), 'marker'))).toBe(true);
    await withTable(byColour, async () => undefined);
    expect(existsSync(join(data(), 'marker'))).toBe(false);
  });

  test('nothing else is left in the directory', async () => {
    await fill();
    await withTable(bySize, async () => undefined);
    for (const suffix of ['.new', '.old', '.in-use']) expect(existsSync(`${data()}${suffix}`)).toBe(false);
    expect((await stat(data())).mode & 0o777).toBe(0o700);
  });
});

describe('a rebuild that was stopped', () => {
  test('while it wrote the new database starts again', async () => {
    await fill();
    await mkdir(`${data()}.new`, { mode: 0o700 });
    await writeFile(join(`${data()}.new`, 'CURRENT'), 'half a database');
    expect(await withTable(bySize, (table) => listed(table, 'bySize', 'small'))).toEqual(sks);
  });

  test('between its two renames is completed', async () => {
    await fill();
    await rename(data(), `${data()}.new`);
    await mkdir(`${data()}.old`, { mode: 0o700 });
    expect(await withTable(byColour, (table) => listed(table))).toEqual(sks);
    expect(existsSync(`${data()}.old`)).toBe(false);
  });

  test('before it removed the old database is completed', async () => {
    await fill();
    await mkdir(`${data()}.old`, { mode: 0o700 });
    expect(await withTable(byColour, (table) => listed(table))).toEqual(sks);
    expect(existsSync(`${data()}.old`)).toBe(false);
  });
});

describe('a database', () => {
  test('that is in use is refused, and the message says what to do', async () => {
    await withTable(byColour, async () => {
      const second = startDynamoDb({ dir, definition: byColour.document });
      await expect(second).rejects.toMatchObject({
        name: 'StartError',
        message: `The data in ${data()} can't be opened: another \`npm start\` is using it. Fix that, or set LOCAL_DIR to another directory.`,
      });
    });
  });

  test('that is damaged is refused before dynalite ends the process', async () => {
    await mkdir(data(), { mode: 0o700 });
    await writeFile(join(data(), 'CURRENT'), 'no manifest');
    const start = startDynamoDb({ dir, definition: byColour.document });
    await expect(start).rejects.toMatchObject({ name: 'StartError', message: expect.stringContaining(data()) });
  });
});

test('requests of web pages are refused', async () => {
  const { settings, close } = await startDynamoDb({ definition: byColour.document });
  const { status } = await fetch(settings.endpoint, { method: 'POST', headers: { origin: 'http://evil.example' } });
  await close();
  expect(status).toBe(403);
});
