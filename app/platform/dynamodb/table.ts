import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

/** The caller's time runs out first. */
const MOST_ATTEMPTS = 10;
/** The SDK would write to the console, not to our log, when many calls wait for one of its 50 connections. */
const HTTP = { throwOnRequestTimeout: true, socketAcquisitionWarningTimeout: 60_000 };

export interface TableSettings extends Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'> {
  table: string;
}

/** `pk`, `sk`, and whatever the item holds; `expiresAt` (seconds since the epoch) is when DynamoDB may delete it. */
export interface Item {
  pk: string;
  sk: string;
  expiresAt?: number;
}

/** The time for a call, attempts and pauses together, and in milliseconds for one attempt. */
export interface TimeLimits {
  abortSignal: AbortSignal;
  requestTimeout: number;
}

/** What the store asks of its table. Each call ends within its limits, with an error if need be. */
export interface Table {
  get(key: Pick<Item, 'pk' | 'sk'>, limits: TimeLimits): Promise<Item | undefined>;
  /** Items of `pk`, the greatest `sk` first, of those below `before`. */
  last(pk: string, page: { before?: string; limit: number }, limits: TimeLimits): Promise<LastItems>;
  /** False where there already is such an item that has not expired: nothing is changed then. */
  putNew(item: Item, limits: TimeLimits): Promise<boolean>;
  /** Whether it may work when asked again, rather than being set up wrongly. */
  isOutage(error: unknown): boolean;
  close(): void;
}

export interface LastItems {
  items: Item[];
  hasMore: boolean;
}

function isOutage(error: unknown) {
  if (!(error instanceof Error)) return false;
  const kind = error as Parameters<typeof isServerError>[0];
  return isThrottlingError(kind) || isTransientError(kind) || isServerError(kind);
}

/** The one module that loads the AWS SDK; import it dynamically, on first use. */
export function openTable({ table, ...settings }: TableSettings): Table {
  const client = new DynamoDBClient({
    ...settings,
    maxAttempts: MOST_ATTEMPTS,
    requestHandler: HTTP,
  });
  const documents = DynamoDBDocumentClient.from(client);
  return {
    async get({ pk, sk }, limits) {
      const command = new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true });
      const { Item: item } = await documents.send(command, limits);
      return item as Item | undefined;
    },

    async last(pk, { before, limit }, limits) {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
        ExpressionAttributeValues: { ':pk': pk, ...(before !== undefined && { ':before': before }) },
        ScanIndexForward: false,
        ConsistentRead: true,
        // One more tells whether there is more.
        Limit: limit + 1,
      });
      const { Items = [], LastEvaluatedKey } = await documents.send(command, limits);
      const isCutShort = Items.length <= limit && LastEvaluatedKey !== undefined;
      return { items: Items.slice(0, limit) as Item[], hasMore: Items.length > limit || isCutShort };
    },

    async putNew(item, limits) {
      const command = new PutCommand({
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
        ExpressionAttributeValues: { ':now': Math.floor(Date.now() / 1000) },
      });
      try {
        await documents.send(command, limits);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    isOutage,
    close() {
      client.destroy();
    },
  };
}
