import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import type { TableDocument } from '../platform/dynamodb/table-definition.js';
import type { ConnectionOptions } from '../platform/dynamodb/operations.js';
import { StartError } from '../platform/config/start-error.js';
import { ensurePrivateDirectory } from './durable-file.js';

/** A DynamoDB on a loopback port, with the table in it. */
export interface LocalDynamoDb {
  /** Where the table is, for the store. Region and credentials are dummies, so that those of a real account are never read. */
  settings: ConnectionOptions & { name: string; endpoint: string };
  close(): Promise<void>;
}

export interface LocalDynamoDbOptions {
  /** Where the data is kept; in memory without it. */
  dir?: string;
  table?: string;
  definition: TableDocument;
}

const dummies = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

function keySchema({ hashKey, rangeKey }: { hashKey: string; rangeKey: string }) {
  return [
    { AttributeName: hashKey, KeyType: 'HASH' as const },
    { AttributeName: rangeKey, KeyType: 'RANGE' as const },
  ];
}

/** Makes the table, as Terraform does in AWS, unless it is there. */
export async function createTable(
  { name, ...connection }: ConnectionOptions & { name: string },
  definition: TableDocument,
) {
  const client = new DynamoDBClient({ ...connection, maxAttempts: 1 });
  const { indexes } = definition;
  const keys = [definition, ...indexes].flatMap(({ hashKey, rangeKey }) => [hashKey, rangeKey]);
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
        KeySchema: keySchema(definition),
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: 'ALL' },
          })),
        }),
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
      `The data in ${path} can't be opened: ${why}. Fix that, or set LOCAL_DIR to another directory.`,
    );
  }
  await database.close();
}

/**
 * Starts dynalite in this process. What it answered is in the files under `dir` and there after a `kill -9`, though not
 * after a power cut: LevelDB writes before it answers, and leaves it to the system when that reaches the disk.
 */
export async function startDynamoDb({ dir, table = 'api', definition }: LocalDynamoDbOptions): Promise<LocalDynamoDb> {
  const path = dir && join(dir, 'dynamodb');
  if (path) await checkDatabase(path);
  const server = dynalite({ createTableMs: 0, ...(path && { path }) });
  const [answer] = server.listeners('request') as RequestListener[];
  if (answer) server.removeAllListeners('request').on('request', refusePages(answer));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  const { port } = server.address() as AddressInfo;
  const settings = { name: table, endpoint: `http://127.0.0.1:${port}`, ...dummies };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await createTable(settings, definition);
  return { settings, close };
}
