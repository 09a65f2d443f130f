import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { TableDocument } from './table-definition.js';
import type { Item, ItemPage, Key } from './item.js';
import type { Tracer } from '../http/tracer.js';

/** The caller's deadline comes first. */
const MAX_ATTEMPTS = 10;
/** Otherwise the SDK would write to the console, not to our log, when many calls wait for one of its 50 connections. */
const HTTP = { throwOnRequestTimeout: true, socketAcquisitionWarningTimeout: 60_000 };

export type ConnectionOptions = Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials' | 'requestHandler'>;

/** The time for a call, attempts and pauses together, and in milliseconds for one attempt. */
export interface TimeLimits {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

/** One hash key of the table or an index; `equals` and `before` limit its range key. */
interface RangeQuery {
  readonly index?: string | undefined;
  readonly hash: string;
  readonly equals?: string;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** What must hold of the stored item for a write. */
interface Condition {
  readonly condition: string;
  readonly values: Record<string, number>;
  readonly names?: Record<string, string>;
}

type Failure = Parameters<typeof isThrottlingError>[0];

function isOutage(error: unknown) {
  const failure = error as Failure;
  return isThrottlingError(failure) || isTransientError(failure) || isServerError(failure);
}

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Counts each attempt that DynamoDB throttles, also those that the SDK repeats. */
function countThrottles(client: DynamoDBClient, counts: { tableThrottles: number }) {
  client.middlewareStack.add(
    (next) => async (input) => {
      try {
        return await next(input);
      } catch (error) {
        if (isThrottlingError(error as Failure)) counts.tableThrottles += 1;
        throw error;
      }
    },
    { name: 'countThrottles', step: 'deserialize', priority: 'high' },
  );
}

/** Each call is a span, its repeated attempts together. */
function traceCalls(client: DynamoDBClient, tracer: Pick<Tracer, 'traceCall'>) {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (input) =>
        tracer.traceCall('DynamoDB', commandName.replace(/Command$/, ''), () => next(input)),
    { name: 'traceCalls', step: 'initialize', priority: 'high' },
  );
}

/** Receive what happens in the calls. */
interface Watchers {
  readonly counts: { tableThrottles: number };
  readonly tracer?: Pick<Tracer, 'traceCall'> | undefined;
}

/** Calls of DynamoDB. The one module that loads the AWS SDK: it is imported with the first use of a table. */
export function openTable(
  TableName: string,
  document: TableDocument,
  options: ConnectionOptions,
  { counts, tracer }: Watchers,
) {
  const client = new DynamoDBClient({ requestHandler: HTTP, ...options, maxAttempts: MAX_ATTEMPTS });
  countThrottles(client, counts);
  if (tracer) traceCalls(client, tracer);
  const documents = DynamoDBDocumentClient.from(client);

  async function get({ pk, sk }: Key, limits: TimeLimits): Promise<Item | undefined> {
    const command = new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true });
    const item = (await documents.send(command, limits)).Item as Item | undefined;
    return item?.expiresAt !== undefined && item.expiresAt <= nowSeconds() ? undefined : item;
  }

  /**
   * False where the condition did not hold. An earlier attempt may have succeeded and its response been lost: then the
   * condition fails because of our own write, which `isOurs` recognises in what is stored now.
   */
  async function writeIf(
    send: () => Promise<unknown>,
    isOurs: (stored: Item | undefined) => boolean,
    key: Key,
    limits: TimeLimits,
  ) {
    try {
      await send();
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return (error.$metadata.attempts ?? 1) > 1 && isOurs(await get(key, limits));
    }
  }

  function put(item: Item, { condition, values, names }: Condition, limits: TimeLimits) {
    const written = { ...item, writeId: randomUUID() };
    const command = new PutCommand({
      TableName,
      Item: written,
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    const isOurs = (stored: Item | undefined) => stored?.['writeId'] === written.writeId;
    return writeIf(() => documents.send(command, limits), isOurs, item, limits);
  }

  function keysOf(index: string | undefined) {
    if (index === undefined) return document;
    const found = document.indexes.find(({ name }) => name === index);
    if (!found) throw new Error(`The table has no index ${index}`);
    return found;
  }

  async function query({ index, hash, equals, before, limit }: RangeQuery, limits: TimeLimits): Promise<ItemPage> {
    const { hashKey, rangeKey } = keysOf(index);
    const range = equals ?? before;
    const rangeCondition = range === undefined ? '' : ` AND ${rangeKey} ${equals === undefined ? '<' : '='} :range`;
    const command = new QueryCommand({
      TableName,
      IndexName: index,
      KeyConditionExpression: `${hashKey} = :hash${rangeCondition}`,
      ExpressionAttributeValues: { ':hash': hash, ...(range !== undefined && { ':range': range }) },
      ScanIndexForward: false,
      ConsistentRead: index === undefined,
      // One item more than the page tells whether there is a next page.
      Limit: limit + 1,
    });
    const { Items, LastEvaluatedKey } = await documents.send(command, limits);
    const items = Items as Item[];
    // DynamoDB cuts a page short at 1 MB.
    return { items: items.slice(0, limit), hasMore: items.length > limit || LastEvaluatedKey !== undefined };
  }

  /** A page of each of the hash keys, all asked for at once. */
  function queryAll(
    hashes: readonly string[],
    page: Omit<RangeQuery, 'hash'>,
    limits: TimeLimits,
  ): Promise<ItemPage[]> {
    // Each attempt listens to the signal, and Node warns of more than ten.
    setMaxListeners(Infinity, limits.abortSignal);
    return Promise.all(hashes.map((hash) => query({ ...page, hash }, limits)));
  }

  return {
    /** Resolves once there are credentials to sign with; rejects when the signal does first, which no provider of them looks at. */
    async credentials(signal: AbortSignal) {
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
      await Promise.race([client.config.credentials(), aborted]);
    },

    get,
    query,
    queryAll,
    rangeKeyOf: (index: string | undefined) => keysOf(index).rangeKey,

    /** False where there already is such an item that has not expired. */
    create: (item: Item, limits: TimeLimits) =>
      put(
        item,
        { condition: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': nowSeconds() } },
        limits,
      ),

    /** False where there already is such an item whose number in `attribute` is as great. */
    putIfGreater: (item: Item, attribute: string, limits: TimeLimits) =>
      put(
        item,
        {
          condition: 'attribute_not_exists(pk) OR #attribute < :value',
          names: { '#attribute': attribute },
          values: { ':value': Number(item[attribute]) },
        },
        limits,
      ),

    /** False where the item is of another version, or gone. */
    replace: (item: Item, version: number, limits: TimeLimits) =>
      put(item, { condition: 'version = :version', values: { ':version': version } }, limits),

    /** False where the item is of another version, or gone. */
    remove({ pk, sk }: Key, version: number, limits: TimeLimits) {
      const command = new DeleteCommand({
        TableName,
        Key: { pk, sk },
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version },
      });
      const isGone = (stored: Item | undefined) => stored === undefined;
      return writeIf(() => documents.send(command, limits), isGone, { pk, sk }, limits);
    },

    /** Whether the call may succeed when it is repeated, rather than being wrong. */
    isOutage,
    close: () => client.destroy(),
  };
}
