import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createOnce, keyReused } from '../../../app/platform/dynamodb/idempotency.js';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import { storeUnavailable, type Item } from '../../../app/platform/dynamodb/table.js';
import { emulators, soon, startTable, times, type TableUnderTest } from '../../harness/table-under-test.js';

const broken = { status: 500, type: 'InternalServerError' };
const ann = { pool: 'people', subject: 'ann' };

describe.each(emulators)('creating once in $name', (emulator) => {
  let started: TableUnderTest<never>;
  beforeAll(async () => {
    started = await startTable(defineTable(), emulator);
  }, 60_000);
  afterAll(() => started.close());

  /** Creates an item with a new id in a list of its own. */
  function creating(list: string, options: { input?: unknown; caller?: typeof ann; kind?: string; key?: string } = {}) {
    const { input = 'input', caller = ann, kind = 'item', key = list } = options;
    const item: Item = { pk: list, sk: randomUUID(), version: 1, text: `of ${caller.subject}` };
    return (deadlineMs = soon()) =>
      createOnce(started.table, { item, input, caller, kind, idempotencyKey: key }, deadlineMs);
  }
  const listed = async (list: string) => (await started.table.page({ hash: list, limit: 100 }, soon())).items;

  test('calls with the same key make one item and resolve to it', async () => {
    const list = randomUUID();
    const results = await times(Math.max(10, emulator.concurrency), emulator.concurrency, () => creating(list)());
    expect(new Set(results.map(({ sk }) => sk)).size).toBe(1);
    expect(await listed(list)).toEqual([{ ...results[0], writeId: expect.any(String) }]);
  }, 60_000);

  test('without a key each call makes an item', async () => {
    const list = randomUUID();
    const create = () =>
      createOnce(
        started.table,
        { item: { pk: list, sk: randomUUID() }, input: '', caller: ann, kind: 'item', idempotencyKey: undefined },
        soon(),
      );
    await create();
    await create();
    expect(await listed(list)).toHaveLength(2);
  });

  test('the same key with another input is refused, and nothing is stored', async () => {
    expect(keyReused).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
      message: 'This Idempotency-Key was used with another input before: use a new key.',
    });
    const list = randomUUID();
    const first = await creating(list, { input: { size: 1 } })();
    await expect(creating(list, { input: { size: 2 } })()).rejects.toBe(keyReused);
    expect(await listed(list)).toMatchObject([first]);
  });

  test.each([
    ['of another subject', { caller: { ...ann, subject: 'bob' } }],
    ['of another pool', { caller: { ...ann, pool: 'machines' } }],
    ['whose names join to the same text', { caller: { pool: 'people","ann', subject: '' } }],
    ['for another kind of item', { kind: 'thing' }],
  ])('an equal key %s is another key', async (_what, other) => {
    const list = randomUUID();
    const [mine, theirs] = [await creating(list)(), await creating(list, other)()];
    expect(mine.sk).not.toBe(theirs.sk);
    expect(await listed(list)).toHaveLength(2);
  });

  test('a creation that stopped after its record is completed by the next call with the key', async () => {
    const list = randomUUID();
    started.failFirst('PutItem', undefined, ...Array.from({ length: 50 }, () => broken));
    await expect(creating(list)(soon(300))).rejects.toBe(storeUnavailable);
    started.failFirst('');
    expect(await listed(list)).toEqual([]);
    const item = await creating(list)();
    expect(await listed(list)).toMatchObject([item]);
  });

  test('a creation that stopped after its item is the same item for the next call with the key', async () => {
    const list = randomUUID();
    started.failFirst('PutItem', undefined, undefined, ...Array.from({ length: 50 }, () => broken));
    await expect(creating(list)(soon(300))).rejects.toBe(storeUnavailable);
    started.failFirst('');
    const [item] = await listed(list);
    expect(await creating(list)()).toMatchObject({ sk: item?.sk });
    expect(await listed(list)).toHaveLength(1);
  });

  test('a record that expires while a repeated call looks for it is 503: the next call creates the item', async () => {
    const list = randomUUID();
    const { sk: created } = await creating(list)();
    const key = { pk: 'item once ["people","ann"]', sk: list };
    started.flaky.beforePass = (called) => {
      if (called !== 'GetItem') return undefined;
      started.flaky.beforePass = () => undefined;
      return started.table.remove(key, 2, soon());
    };
    await expect(creating(list)()).rejects.toBe(storeUnavailable);
    expect((await creating(list)()).sk).not.toBe(created);
  });

  test('a lost response makes no second item', async () => {
    const list = randomUUID();
    started.failFirst('PutItem', 'response lost', 'response lost', 'response lost');
    const item = await creating(list)();
    started.failFirst('');
    expect(await listed(list)).toMatchObject([item]);
  });

  test('a repeated call does not bring back an item that was deleted, nor undo a change', async () => {
    const [deleted, changed] = [randomUUID(), randomUUID()];
    const [first, second] = [await creating(deleted)(), await creating(changed)()];
    await started.table.remove(first, 1, soon());
    await started.table.replace({ ...second, text: 'changed' }, 1, soon());
    expect([await creating(deleted)(), await creating(changed)()]).toMatchObject([first, second]);
    expect([await listed(deleted), await listed(changed)]).toMatchObject([[], [{ text: 'changed', version: 2 }]]);
  });

  test('a record expires after 24 hours', async () => {
    const list = randomUUID();
    const before = Math.floor(Date.now() / 1000);
    await creating(list)();
    const record = await started.table.get({ pk: 'item once ["people","ann"]', sk: list }, soon());
    expect(record?.expiresAt).toBeGreaterThanOrEqual(before + 24 * 60 * 60);
    expect(record?.expiresAt).toBeLessThanOrEqual(before + 24 * 60 * 60 + 10);
  });
});
