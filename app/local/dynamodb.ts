import { existsSync } from 'node:fs';
import { open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalTable } from '../platform/contract/profile.js';
import type { ConnectionOptions } from '../platform/dynamodb/operations.js';
import type { TableDocument } from '../platform/dynamodb/table-definition.js';
import { checkDatabase, startServer, type DynamoDbServer } from './dynamodb-server.js';
import { copyItems, createLocalTable, existingTable, isAsDefined } from './dynamodb-table.js';
import { ensurePrivateDirectory } from './durable-file.js';

/** A DynamoDB on a loopback port, with the table in it. */
export interface LocalDynamoDb {
  /** Where the table is, for `createTable`. */
  settings: ConnectionOptions & LocalTable;
  close: () => Promise<void>;
}

export interface LocalDynamoDbOptions {
  /** Where the data is kept; in memory without it. */
  dir?: string;
  /** The name of the table. */
  table?: string;
  /** Its keys and indexes: a table with others is rebuilt, its items kept. */
  definition: TableDocument;
  /** Where it listens on loopback; a free port by default. */
  port?: number | undefined;
}

/**
 * The database's directory, and what stands beside it: `.new` while it is rebuilt, `.old` while the two change places,
 * `.in-use` from the start of a server to its regular end, unless a write failed.
 */
function pathsOf(dir: string) {
  const data = join(dir, 'dynamodb');
  return { data, rebuilt: `${data}.new`, replaced: `${data}.old`, inUse: `${data}.in-use` };
}

type Paths = ReturnType<typeof pathsOf>;

const removeDirectory = (path: string) => rm(path, { recursive: true, force: true });

async function syncFiles(directory: string) {
  for (const name of await readdir(directory)) {
    const file = await open(join(directory, name));
    await file.sync();
    await file.close();
  }
}

/** `data` is the old database or the new one at every moment but between the two renames, which `finishSwap` makes up for. */
async function swap({ data, rebuilt, replaced }: Paths) {
  await rename(data, replaced);
  await rename(rebuilt, data);
  await removeDirectory(replaced);
}

/** Completes a swap that a `kill -9` stopped, and removes a rebuilt database that was not complete. */
async function finishSwap({ data, rebuilt, replaced }: Paths) {
  if (!existsSync(data) && existsSync(replaced)) await rename(rebuilt, data);
  await checkDatabase(data);
  await removeDirectory(replaced);
  await removeDirectory(rebuilt);
}

/** Writes the items of `source` to a new database, whose table is as defined, and puts that in its place. Closes `source`. */
async function rebuild(paths: Paths, source: DynamoDbServer, from: string, to: string, definition: TableDocument) {
  await ensurePrivateDirectory(paths.rebuilt);
  const target = await startServer(paths.rebuilt);
  try {
    await createLocalTable(target.client, to, definition);
    await copyItems({ client: source.client, name: from }, { client: target.client, name: to });
  } finally {
    await target.close();
    await source.close();
  }
  await syncFiles(paths.rebuilt);
  await swap(paths);
}

/**
 * Starts dynalite on the data in `dir`. It can't add an index to a table, and stores the index entries of an item before
 * the item: so when the definition has changed, or the last process did not end regularly, the table is rebuilt from its
 * items.
 */
async function startOnFiles(dir: string, table: string, { definition, port }: LocalDynamoDbOptions) {
  const paths = pathsOf(dir);
  await finishSwap(paths);
  const wasInterrupted = existsSync(paths.inUse);
  await writeFile(paths.inUse, '', { mode: 0o600 });
  let server = await startServer(paths.data, port);
  const existing = await existingTable(server.client);
  if (existing === undefined) {
    await createLocalTable(server.client, table, definition);
  } else if (wasInterrupted || existing !== table || !(await isAsDefined(server.client, table, definition))) {
    await rebuild(paths, server, existing, table, definition);
    server = await startServer(paths.data, port);
  }
  const close = async () => {
    await server.close();
    if (!server.hasFailed()) await rm(paths.inUse, { force: true });
  };
  return { ...server, close };
}

async function startInMemory(table: string, { definition, port }: LocalDynamoDbOptions) {
  const server = await startServer(undefined, port);
  await createLocalTable(server.client, table, definition);
  return server;
}

/** Starts a local DynamoDB with the table. Throws a StartError where the data in `dir` can't be used. */
export async function startDynamoDb(options: LocalDynamoDbOptions): Promise<LocalDynamoDb> {
  const { dir, table = 'api' } = options;
  const server = await (dir === undefined ? startInMemory(table, options) : startOnFiles(dir, table, options));
  return { settings: { name: table, ...server.connection }, close: server.close };
}
