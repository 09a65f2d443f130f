import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  paginateScan,
  waitUntilTableExists,
  type AttributeValue,
  type DynamoDBClient,
  type KeySchemaElement,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { TableDocument } from '../platform/dynamodb/table-definition.js';

/** DynamoDB takes no more items in one BatchWriteItem. */
const BATCH_SIZE = 25;

interface Keys {
  readonly hashKey: string;
  readonly rangeKey: string;
}

function keySchema({ hashKey, rangeKey }: Keys): KeySchemaElement[] {
  return [
    { AttributeName: hashKey, KeyType: 'HASH' },
    { AttributeName: rangeKey, KeyType: 'RANGE' },
  ];
}

/** Creates the table, as Terraform does in AWS. */
export async function createLocalTable(client: DynamoDBClient, name: string, definition: TableDocument): Promise<void> {
  const { indexes } = definition;
  const keys = [definition, ...indexes].flatMap(({ hashKey, rangeKey }) => [hashKey, rangeKey]);
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
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.1 }, { TableName: name });
}

/** The name of the database's one table; undefined in a new database. */
export async function existingTable(client: DynamoDBClient): Promise<string | undefined> {
  return (await client.send(new ListTablesCommand({}))).TableNames?.[0];
}

/** Whether the table can be used and has the keys and indexes of the definition, no others. */
export async function isAsDefined(client: DynamoDBClient, name: string, definition: TableDocument): Promise<boolean> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const form = (indexName: string, keys: readonly KeySchemaElement[] = []) =>
    JSON.stringify([indexName, ...keys.map(({ AttributeName, KeyType }) => [AttributeName, KeyType])]);
  const actual = [
    form('', Table?.KeySchema),
    ...(Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName = '', KeySchema }) => form(IndexName, KeySchema)),
  ];
  const defined = [
    form('', keySchema(definition)),
    ...definition.indexes.map((index) => form(index.name, keySchema(index))),
  ];
  return Table?.TableStatus === 'ACTIVE' && actual.sort().join() === defined.sort().join();
}

async function writeAll(client: DynamoDBClient, table: string, items: readonly Record<string, AttributeValue>[]) {
  let requests: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  while (requests.length > 0) {
    const batch = requests.slice(0, BATCH_SIZE);
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
    requests = [...(UnprocessedItems?.[table] ?? []), ...requests.slice(BATCH_SIZE)];
  }
}

/** Where items are copied from or to. */
export interface TableAddress {
  readonly client: DynamoDBClient;
  readonly name: string;
}

/** Copies every item; indexes follow from the items. A table whose creation was interrupted has none, and can't be read. */
export async function copyItems(from: TableAddress, to: TableAddress): Promise<void> {
  const { Table } = await from.client.send(new DescribeTableCommand({ TableName: from.name }));
  if (Table?.TableStatus !== 'ACTIVE') return;
  for await (const { Items = [] } of paginateScan({ client: from.client }, { TableName: from.name })) {
    await writeAll(to.client, to.name, Items);
  }
}
