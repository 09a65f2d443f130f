import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { StartError } from '../platform/config/start-error.js';
import { ensurePrivateDirectory } from './durable-file.js';

/** Region and credentials are dummies, so that those of a real account are never read. */
const DUMMIES = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** dynalite on a loopback port, in this process. */
export interface DynamoDbServer {
  readonly connection: { readonly endpoint: string } & typeof DUMMIES;
  readonly client: DynamoDBClient;
  /** Whether a write failed: then an index may hold what the table doesn't. */
  readonly hasFailed: () => boolean;
  readonly close: () => Promise<void>;
}

type Writes = Record<'_put' | '_del' | '_batch', (...input: unknown[]) => Promise<unknown>>;

/** The databases, by path, that a write failed in. */
const failed = new Set<string>();

function storageFailed({ message: reason }: Error) {
  const message = `The local DynamoDB could not write (${reason}). When the disk has room again, restart it.`;
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message };
  return Object.assign(new Error(message), { statusCode: 500, body });
}

/**
 * What a write fails with, as on a full disk, becomes an error response of DynamoDB's: dynalite sends an error that has a
 * status, and throws any other outside of every try, which ends the process. Nothing is written after that: LevelDB goes
 * on behind the half record that it wrote, and does not find those that follow when it is opened again.
 */
function stopWritesOnFailure() {
  const writes = ClassicLevel.prototype as unknown as Writes;
  for (const name of ['_put', '_del', '_batch'] as const) {
    const write = writes[name];
    writes[name] = async function writeUnlessFailed(this: ClassicLevel, ...input) {
      if (failed.has(this.location)) throw storageFailed(new Error('an earlier write failed'));
      try {
        return await write.apply(this, input);
      } catch (error) {
        failed.add(this.location);
        throw storageFailed(error as Error);
      }
    };
  }
}
stopWritesOnFailure();

interface LevelIterator {
  close(): Promise<void>;
}
type Reads = Record<'keys' | 'values', (...input: unknown[]) => LevelIterator>;

/**
 * dynalite ends a read by the iterator's `return`, but Level's have `close` instead: each would stay open, so that memory
 * grows with every query, and hold on to the data as it was then.
 */
function closeFinishedReads() {
  const reads = ClassicLevel.prototype as unknown as Reads;
  for (const name of ['keys', 'values'] as const) {
    const read = reads[name];
    reads[name] = function readAndClose(this: ClassicLevel, ...input) {
      const iterator = read.apply(this, input);
      return Object.assign(iterator, { return: () => iterator.close() });
    };
  }
}
closeFinishedReads();

/** dynalite would let any web page read and write that finds the port: requests of pages are refused. */
function refusePages(answer: RequestListener): RequestListener {
  return (request: IncomingMessage, response: ServerResponse & { req: IncomingMessage }) => {
    if (request.headers.origin === undefined) answer(request, response);
    else response.writeHead(403).end();
  };
}

/** Throws a StartError where the database at `path` can't be opened: dynalite would end the process with a stack. */
export async function checkDatabase(path: string): Promise<void> {
  await ensurePrivateDirectory(path);
  const database = new ClassicLevel(path);
  try {
    await database.open();
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    const isLocked = (cause as { code?: unknown }).code === 'LEVEL_LOCKED';
    const why = isLocked ? 'another `npm start` is using it' : (cause as Error).message;
    throw new StartError(
      `The data in ${path} can't be opened: ${why}. Fix that, or set LOCAL_DIR to another directory.`,
    );
  }
  await database.close();
}

/**
 * Starts dynalite; in memory without `path`, on a free port without `port`. What it answered survives a `kill -9`, though not a power cut: LevelDB
 * writes to the file before dynalite answers, and leaves it to the system when that reaches the disk.
 */
export async function startServer(path?: string, port = 0): Promise<DynamoDbServer> {
  if (path !== undefined) failed.delete(path);
  const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
  const [answer] = server.listeners('request') as RequestListener[];
  if (answer) server.removeAllListeners('request').on('request', refusePages(answer));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const { port: actual } = server.address() as AddressInfo;
  const connection = { endpoint: `http://127.0.0.1:${actual}`, ...DUMMIES };
  const client = new DynamoDBClient({ ...connection, maxAttempts: 1 });
  return {
    connection,
    client,
    hasFailed: () => path !== undefined && failed.has(path),
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
