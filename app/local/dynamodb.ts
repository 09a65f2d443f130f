import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import type { TableSettings } from '../platform/dynamodb/table.js';
import { StartError } from '../platform/config/start-error.js';
import { ensurePrivateDirectory } from './durable-file.js';

/** A DynamoDB on a loopback port, with the table in it. */
export interface LocalDynamoDb {
  /** Where the table is, for the store. Region and credentials are dummies, so that those of a real account are never read. */
  settings: TableSettings & { endpoint: string };
  close(): Promise<void>;
}

export interface LocalDynamoDbOptions {
  /** Where the data is kept; in memory without it. */
  dir?: string;
  table?: string;
}

const dummies = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** Makes the table, as Terraform does in AWS, unless it is there. */
export async function createTable({ table, ...settings }: TableSettings) {
  const client = new DynamoDBClient({ ...settings, maxAttempts: 1 });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}

/** dynalite lets any web page in the browser read and write, if only it finds the port: refuse all that come from pages. */
function refusePages(answer: RequestListener): RequestListener {
  return (request: IncomingMessage, response: ServerResponse & { req: IncomingMessage }) => {
    if (request.headers.origin === undefined) answer(request, response);
    else response.writeHead(403).end();
  };
}

/** dynalite ends the whole process, with a stack, when it can't open its database. */
async function checkDatabase(path: string) {
  await ensurePrivateDirectory(path);
  const database = new ClassicLevel(path);
  try {
    await database.open();
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    const isLocked = (cause as { code?: unknown }).code === 'LEVEL_LOCKED';
    const why = isLocked ? 'another `npm start` is using it' : (cause as Error).message;
    throw new StartError(
      `The pizzas in ${path} can't be opened: ${why}. Mend that, or set LOCAL_DIR to another directory.`,
    );
  }
  await database.close();
}

/**
 * Starts dynalite in this process. What it answered is in the files under `dir` and there after a `kill -9`, though not
 * after a power cut: LevelDB writes before it answers, and leaves it to the system when that reaches the disk.
 */
export async function startDynamoDb({ dir, table = 'pizzas' }: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const path = dir && join(dir, 'dynamodb');
  if (path) await checkDatabase(path);
  const server = dynalite({ createTableMs: 0, ...(path && { path }) });
  const [answer] = server.listeners('request') as RequestListener[];
  if (answer) server.removeAllListeners('request').on('request', refusePages(answer));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  const { port } = server.address() as AddressInfo;
  const settings = { table, endpoint: `http://127.0.0.1:${port}`, ...dummies };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await createTable(settings);
  return { settings, close };
}
