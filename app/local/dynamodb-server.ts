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
  readonly close: () => Promise<void>;
}

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
 * Starts dynalite; in memory without `path`. What it answered survives a `kill -9`, though not a power cut: LevelDB
 * writes to the file before dynalite answers, and leaves it to the system when that reaches the disk.
 */
export async function startServer(path?: string): Promise<DynamoDbServer> {
  const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
  const [answer] = server.listeners('request') as RequestListener[];
  if (answer) server.removeAllListeners('request').on('request', refusePages(answer));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = { endpoint: `http://127.0.0.1:${port}`, ...DUMMIES };
  const client = new DynamoDBClient({ ...connection, maxAttempts: 1 });
  return {
    connection,
    client,
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
