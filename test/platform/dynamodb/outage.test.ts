import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import type { Item } from '../../../app/platform/dynamodb/table.js';
import { preconditionFailed } from '../../../app/platform/http/preconditions.js';
import type { Fault } from '../../harness/flaky-proxy.js';
import { soon, startTable, type TableUnderTest } from '../../harness/table-under-test.js';

const definition = defineTable();
const throttled: Fault = { status: 400, type: 'ProvisionedThroughputExceededException' };
const broken: Fault = { status: 500, type: 'InternalServerError' };

let started: TableUnderTest<never>;
beforeAll(async () => {
  started = await startTable(definition);
});
afterAll(() => started.close());
afterEach(() => {
  started.flaky.fault = () => undefined;
  started.flaky.beforePass = () => undefined;
});

const newItem = (): Item => ({ pk: randomUUID(), sk: 'a', version: 1 });
async function created() {
  const item = newItem();
  await started.table.create(item, soon());
  return item;
}

/** An attempt without a response takes half of the time that remains. */
const timeFor = (faults: readonly Fault[]) => (faults.includes('no response') ? 1_000 : 15_000);

describe.each<[string, Fault[]]>([
  ['is throttled', [throttled]],
  ['fails twice', [broken, broken]],
  ['has no response', ['no response']],
  ['loses its response', ['response lost']],
])('a call that %s is repeated:', (_what, faults) => {
  const deadline = () => soon(timeFor(faults));

  test('create', async () => {
    const item = newItem();
    started.failFirst('PutItem', ...faults);
    expect(await started.table.create(item, deadline())).toBe(true);
    expect(await started.table.get(item, soon())).toMatchObject(item);
  });

  test('replace', async () => {
    const item = await created();
    started.failFirst('PutItem', ...faults);
    const next = await started.table.replace({ ...item, colour: 'red' }, 1, deadline());
    expect(await started.table.get(item, soon())).toMatchObject({ ...next, version: 2 });
  });

  test('remove', async () => {
    const item = await created();
    started.failFirst('DeleteItem', ...faults);
    await started.table.remove(item, 1, deadline());
    expect(await started.table.get(item, soon())).toBeUndefined();
  });

  test('get', async () => {
    const item = await created();
    started.failFirst('GetItem', ...faults);
    expect(await started.table.get(item, deadline())).toMatchObject(item);
  });

  test('page', async () => {
    const item = await created();
    started.failFirst('Query', ...faults);
    expect((await started.table.page({ hash: item.pk, limit: 1 }, deadline())).items).toMatchObject([item]);
  });
});

describe("a repeated call never takes somebody else's write for its own:", () => {
  /** Runs `other` between the first attempt, which does not reach the table, and the second. */
  function betweenAttempts(operation: string, other: () => Promise<unknown>) {
    let attempts = 0;
    started.flaky.fault = (called) => (called === operation && ++attempts === 1 ? broken : undefined);
    started.flaky.beforePass = (called) => {
      if (called !== operation || attempts !== 2) return undefined;
      attempts += 1;
      return other();
    };
  }

  test('create', async () => {
    const item = newItem();
    betweenAttempts('PutItem', () => started.table.create(item, soon()));
    expect(await started.table.create(item, soon())).toBe(false);
  });

  test('replace', async () => {
    const item = await created();
    betweenAttempts('PutItem', () => started.table.replace(item, 1, soon()));
    await expect(started.table.replace(item, 1, soon())).rejects.toBe(preconditionFailed);
  });

  test('replace, of an item that somebody removed', async () => {
    const item = await created();
    betweenAttempts('PutItem', () => started.table.remove(item, 1, soon()));
    await expect(started.table.replace(item, 1, soon())).rejects.toBe(preconditionFailed);
    expect(await started.table.get(item, soon())).toBeUndefined();
  });

  test('remove', async () => {
    const item = await created();
    betweenAttempts('DeleteItem', () => started.table.replace(item, 1, soon()));
    await expect(started.table.remove(item, 1, soon())).rejects.toBe(preconditionFailed);
    expect(await started.table.get(item, soon())).toMatchObject({ version: 2 });
  });
});

test('attempts that are throttled are counted, and no others', async () => {
  const item = await created();
  started.counts.tableThrottles = 0;
  started.failFirst('GetItem', throttled, broken, throttled);
  expect(await started.table.get(item, soon())).toMatchObject(item);
  expect(started.counts.tableThrottles).toBe(2);
});
