import pino from 'pino';
import { startDynamoDb, type LocalDynamoDb } from '../../app/local/dynamodb.js';
import type { TableDefinition, TableDocument } from '../../app/platform/dynamodb/table-definition.js';
import { createTable, type Table } from '../../app/platform/dynamodb/table.js';
import { startFlaky, type Fault, type FlakyProxy } from './flaky-proxy.js';
import { hasMoto, startMoto } from './moto-table.js';

/** A table in an emulated DynamoDB, behind a proxy that makes calls fail. */
export interface TableUnderTest<Index extends string> {
  table: Table<Index>;
  dynamoDb: LocalDynamoDb;
  flaky: FlakyProxy;
  /** The log, line by line. */
  lines: string[];
  /** How many attempts were throttled. */
  counts: { tableThrottles: number };
  /** The first calls of the operation fail, one fault each; undefined lets a call pass, as those that follow do. */
  failFirst(operation: string, ...faults: (Fault | undefined)[]): void;
  close(): Promise<void>;
}

/** An emulator, and how many calls it can take at once: moto checks a condition and writes in two steps. */
export interface DynamoDbEmulator {
  name: string;
  concurrency: number;
  start: (options: { definition: TableDocument }) => Promise<LocalDynamoDb>;
}

export const dynalite: DynamoDbEmulator = { name: 'dynalite', concurrency: 50, start: startDynamoDb };
/** Everything that emulates DynamoDB here: they rarely share a mistake. */
export const emulators: readonly DynamoDbEmulator[] = [
  dynalite,
  ...(hasMoto ? [{ name: 'moto', concurrency: 1, start: startMoto }] : []),
];

/** A deadline; the minute is never used up. */
export const soon = (ms = 60_000) => Date.now() + ms;

/** Calls `make` that many times, `concurrency` at once. */
export async function times<T>(count: number, concurrency: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  while (results.length < count) {
    const length = Math.min(concurrency, count - results.length);
    const first = results.length;
    results.push(...(await Promise.all(Array.from({ length }, (_, at) => make(first + at)))));
  }
  return results;
}

/** Every item of a list, page by page. */
export async function readAll<T>(
  page: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    found.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

export async function startTable<Index extends string>(
  definition: TableDefinition<Index>,
  { start }: DynamoDbEmulator = dynalite,
): Promise<TableUnderTest<Index>> {
  const dynamoDb = await start({ definition: definition.document });
  const flaky = await startFlaky(dynamoDb.settings.endpoint);
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
  const counts = { tableThrottles: 0 };
  const table = createTable({ ...dynamoDb.settings, endpoint: flaky.endpoint, definition, log, counts });
  return {
    table,
    dynamoDb,
    flaky,
    lines,
    counts,
    failFirst(operation, ...faults) {
      flaky.fault = (called) => (called === operation ? faults.shift() : undefined);
    },
    async close() {
      table.close();
      await flaky.close();
      await dynamoDb.close();
    },
  };
}
