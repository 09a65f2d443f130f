import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Item, Key, PageQuery } from './table.js';

/** The caller's deadline comes first. */
const MAX_ATTEMPTS = 10;
/** Otherwise the SDK would write to the console, not to our log, when many calls wait for one of its 50 connections. */
const HTTP = { throwOnRequestTimeout: true, socketAcquisitionWarningTimeout: 60_000 };

export type ConnectionOptions = Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'>;

/** The time for a call, attempts and pauses together, and in milliseconds for one attempt. */
export interface TimeLimits {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

/** Whether the call may succeed when it is repeated, rather than being wrong. */
function isOutage(error: unknown) {
  if (!(error instanceof Error)) return false;
  const failure = error as Parameters<typeof isServerError>[0];
  return isThrottlingError(failure) || isTransientError(failure) || isServerError(failure);
}

/** True where the condition held. */
async function isMet(call: Promise<unknown>) {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Calls of DynamoDB. The one module that loads the AWS SDK: it is imported with the first use of a table. */
export function openTable(TableName: string, options: ConnectionOptions) {
  const client = new DynamoDBClient({ ...options, maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP });
  const documents = DynamoDBDocumentClient.from(client);
  return {
    async get({ pk, sk }: Key, limits: TimeLimits) {
      const command = new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true });
      return (await documents.send(command, limits)).Item as Item | undefined;
    },

    /** False where there already is such an item that has not expired. */
    create(item: Item, limits: TimeLimits) {
      const command = new PutCommand({
        TableName,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
        ExpressionAttributeValues: { ':now': Math.floor(Date.now() / 1000) },
      });
      return isMet(documents.send(command, limits));
    },

    /** False where the item is of another version, or gone. */
    replace(item: Item, version: number, limits: TimeLimits) {
      const command = new PutCommand({
        TableName,
        Item: item,
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version },
      });
      return isMet(documents.send(command, limits));
    },

    /** False where the item is of another version, or gone. */
    remove({ pk, sk }: Key, version: number, limits: TimeLimits) {
      const command = new DeleteCommand({
        TableName,
        Key: { pk, sk },
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version },
      });
      return isMet(documents.send(command, limits));
    },

    /** One item more than the page: it tells whether there is a next page. */
    async query({ index, hash, before, limit }: PageQuery<string>, limits: TimeLimits) {
      const [hashKey, rangeKey] = index === undefined ? ['pk', 'sk'] : [`${index}Pk`, `${index}Sk`];
      const command = new QueryCommand({
        TableName,
        ...(index !== undefined && { IndexName: index }),
        KeyConditionExpression: `${hashKey} = :hash${before === undefined ? '' : ` AND ${rangeKey} < :before`}`,
        ExpressionAttributeValues: { ':hash': hash, ...(before !== undefined && { ':before': before }) },
        ScanIndexForward: false,
        ConsistentRead: index === undefined,
        Limit: limit + 1,
      });
      const { Items = [], LastEvaluatedKey } = await documents.send(command, limits);
      const isCutShort = Items.length <= limit && LastEvaluatedKey !== undefined;
      return { items: Items.slice(0, limit) as Item[], hasMore: Items.length > limit || isCutShort };
    },

    isOutage,
    close: () => client.destroy(),
  };
}
