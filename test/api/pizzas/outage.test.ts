import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { createDynamoStore, storeUnavailable } from '../../../app/api/pizzas/store.js';
import type { Fault } from '../../harness/flaky-proxy.js';
import { order, soon, startStore, type TestStore } from './store.suite.js';

const throttled = { status: 400, type: 'ProvisionedThroughputExceededException' };
const broken = { status: 500, type: 'InternalServerError' };

let store: TestStore;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.close());
afterEach(() => {
  store.flaky.fault = () => undefined;
});

/** A call that is never answered costs half of the time that there is. */
const timeFor = (what: string) => (what === 'silent' ? 1_000 : 15_000);

describe('a write that is', () => {
  test.each<[string, Fault[]]>([
    ['throttled', [throttled]],
    ['broken for a moment', [broken, broken]],
    ['silent', ['silence']],
    ['cut off before the answer was out', ['answer lost']],
  ])('%s is tried again, and done once', async (what, faults) => {
    store.failFirst('PutItem', ...faults);
    const pizza = await store.pizzas.add(order(what), soon(timeFor(what)));
    expect(await store.named(what)).toEqual([pizza]);
  });
});

describe('a page that is', () => {
  test.each<[string, Fault[]]>([
    ['throttled', [throttled]],
    ['silent', ['silence']],
    ['cut off', ['answer lost']],
  ])('%s is asked for again', async (what, faults) => {
    const page = await store.pizzas.list({ limit: 2 }, soon());
    store.failFirst('Query', ...faults);
    expect(await store.pizzas.list({ limit: 2 }, soon(timeFor(what)))).toEqual(page);
  });
});

test('an order that stopped half-way is completed by the next call with its key', async () => {
  const { pizzas, flaky } = store;
  store.failFirst('PutItem', undefined, ...Array.from({ length: 50 }, () => broken));
  await expect(pizzas.add(order('Half', 'key'), soon(300))).rejects.toBe(storeUnavailable);
  flaky.fault = () => undefined;
  expect(await store.named('Half')).toEqual([]);
  const pizza = await pizzas.add(order('Half', 'key'), soon());
  expect(await store.named('Half')).toEqual([pizza]);
});

test('an order whose first answer was lost is the same order', async () => {
  store.failFirst('PutItem', 'answer lost');
  const pizza = await store.pizzas.add(order('Lost', 'lost'), soon());
  expect(await store.named('Lost')).toEqual([pizza]);
});

test('when the time is up it is 503 with Retry-After, and the log says why', async () => {
  const { pizzas, flaky, lines } = store;
  flaky.fault = () => throttled;
  await expect(pizzas.get('x', soon(200))).rejects.toBe(storeUnavailable);
  flaky.fault = () => 'silence';
  await expect(pizzas.list({ limit: 1 }, soon(200))).rejects.toBe(storeUnavailable);
  expect(storeUnavailable).toMatchObject({ status: 503, code: 'store_unavailable', headers: { 'Retry-After': '1' } });
  expect(lines.join('')).toContain('the table did not answer in time');
});

test('what asking again does not mend is an error, not an outage', async () => {
  const { settings } = store.dynamoDb;
  const elsewhere = createDynamoStore({ ...settings, table: 'none', log: pino({ level: 'silent' }) });
  await expect(elsewhere.get('x', soon())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  elsewhere.close();
});
