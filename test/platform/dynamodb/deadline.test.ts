import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import { createTable, storeUnavailable, type Table } from '../../../app/platform/dynamodb/table.js';
import type { Fault } from '../../harness/flaky-proxy.js';
import { soon, startTable, type TableUnderTest } from '../../harness/table-under-test.js';

const definition = defineTable();
const log = pino({ level: 'silent' });
const throttled: Fault = { status: 400, type: 'ProvisionedThroughputExceededException' };
const broken: Fault = { status: 500, type: 'InternalServerError' };
const key = { pk: 'x', sk: 'x' };

let started: TableUnderTest<never>;
beforeAll(async () => {
  started = await startTable(definition);
});
afterAll(() => started.close());
afterEach(() => {
  started.flaky.fault = () => undefined;
});

test.each<[string, Fault, RegExp]>([
  ['throttles', throttled, /^(?:ProvisionedThroughputExceededException|AbortError|TimeoutError): ./],
  ['does not respond', 'no response', /^(?:AbortError|TimeoutError): ./],
])(
  'when the table %s until the deadline it is 503 with Retry-After, and the log says why',
  async (_what, fault, why) => {
    const { table, flaky, lines } = started;
    lines.length = 0;
    flaky.fault = () => fault;
    await expect(table.get(key, soon(200))).rejects.toBe(storeUnavailable);
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        level: 40,
        table: 'api',
        reason: expect.stringMatching(why),
        msg: 'the table did not respond in time',
      }),
    ]);
  },
);

test('the 503 says that the call may be repeated, and how', () => {
  expect(storeUnavailable).toMatchObject({
    status: 503,
    code: 'store_unavailable',
    message:
      'The data is unavailable at the moment: try again soon, with the Idempotency-Key of this call if it had one.',
    headers: { 'Retry-After': '1' },
  });
});

test('a call whose deadline is past is 503 at once', async () => {
  await expect(started.table.get(key, Date.now() - 1)).rejects.toBe(storeUnavailable);
});

test.each<[string, (table: Table) => Promise<unknown>]>([
  ['get', (table) => table.get(key, soon())],
  ['create', (table) => table.create(key, soon())],
  ['replace', (table) => table.replace(key, 1, soon())],
  ['remove', (table) => table.remove(key, 1, soon())],
])('an error of DynamoDB that the SDK does not repeat is 503 before the deadline: %s', async (_call, callOf) => {
  started.flaky.fault = () => ({ status: 501, type: 'NotImplemented' });
  await expect(callOf(started.table)).rejects.toBe(storeUnavailable);
});

// After some failures without a success the SDK repeats nothing more, so that repeated calls don't make an outage worse.
test.each<[string, Fault]>([
  ['is throttled', throttled],
  ['fails', broken],
])('a table that %s is 503 before the deadline when too many calls have been repeated', async (_what, fault) => {
  const table = createTable({ ...started.dynamoDb.settings, endpoint: started.flaky.endpoint, definition, log });
  started.flaky.fault = () => broken;
  const failed = await Promise.allSettled(Array.from({ length: 50 }, () => table.get(key, soon())));
  expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['rejected']));
  started.flaky.fault = () => fault;
  const calls = Array.from({ length: 3 }, () => table.get(key, soon()));
  await expect(Promise.race(calls)).rejects.toBe(storeUnavailable);
  table.close();
});

test('an error that repeating does not fix is no outage', async () => {
  const elsewhere = createTable({ ...started.dynamoDb.settings, name: 'none', definition, log });
  await expect(elsewhere.get(key, soon())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  elsewhere.close();
});

test('close ends the connections', async () => {
  const server = createServer({ keepAliveTimeout: 0 }, (_request, response) => response.end('{}'));
  const closed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const table = createTable({ ...started.dynamoDb.settings, endpoint, definition, log });
  expect(await table.get(key, soon())).toBeUndefined();
  table.close();
  await closed;
  await new Promise((resolve) => server.close(resolve));
});

test('a table that was never used can be closed', () => {
  expect(() => createTable({ ...started.dynamoDb.settings, definition, log }).close()).not.toThrow();
});
