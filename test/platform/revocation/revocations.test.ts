import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import { createRevocations, type Revocations } from '../../../app/platform/revocation/revocations.js';
import { soon, startTable, times, type TableUnderTest } from '../../harness/table-under-test.js';

/** A time in the middle of a second, in milliseconds. */
const AT = Math.floor(Date.now() / 1000) * 1000 + 400;
const seconds = Math.floor(AT / 1000);

let started: TableUnderTest<never>;
let revocations: Revocations;
beforeAll(async () => {
  started = await startTable(defineTable());
  revocations = createRevocations(started.table);
});
afterAll(() => started.close());

const person = () => ({ pool: 'customers', subject: randomUUID() });
const notBefore = (of: Parameters<Revocations['notBefore']>[0]) => revocations.notBefore(of, soon());
const stored = async ({ pool, subject }: ReturnType<typeof person>) => {
  const hash = `revocation ${JSON.stringify([pool, subject])}`;
  return (await started.table.page({ hash, limit: 10 }, soon())).items;
};

test('nobody is revoked at first', async () => {
  expect(await notBefore({ ...person(), originJti: randomUUID() })).toBe(0);
});

test('a token of the second of the revocation is revoked, one of the next second is good', async () => {
  const ann = person();
  await revocations.revoke(ann, soon(), AT);
  expect(await notBefore(ann)).toBe(seconds + 1);
  expect(await notBefore({ ...ann, originJti: randomUUID() })).toBe(seconds + 1);
});

test('the same subject of another pool, and another subject of the pool, are not', async () => {
  const ann = person();
  await revocations.revoke(ann, soon(), AT);
  expect(await notBefore({ ...ann, pool: 'staff' })).toBe(0);
  expect(await notBefore({ ...ann, subject: `${ann.subject}"]` })).toBe(0);
});

test('a sign-in is revoked alone, whenever its tokens were issued', async () => {
  const signIn = { ...person(), originJti: randomUUID() };
  await revocations.revokeSignIn(signIn, soon());
  expect(await notBefore(signIn)).toBe(Infinity);
  expect(await notBefore({ ...signIn, originJti: randomUUID() })).toBe(0);
  expect(await notBefore({ ...signIn, originJti: undefined })).toBe(0);
});

test('a sign-in of whatever name concerns no token without one', async () => {
  const signIn = { ...person(), originJti: 'undefined' };
  await revocations.revokeSignIn(signIn, soon());
  expect(await notBefore({ ...signIn, originJti: undefined })).toBe(0);
});

test('an entry that is written twice, or after a later one, moves nothing back', async () => {
  const ann = person();
  await revocations.revoke(ann, soon(), AT);
  const [first] = await stored(ann);
  await revocations.revoke(ann, soon(), AT);
  await revocations.revoke(ann, soon(), AT - 60_000);
  expect(await stored(ann)).toEqual([first]);
  await revocations.revoke(ann, soon(), AT + 60_000);
  expect(await notBefore(ann)).toBe(seconds + 61);
});

test('entries of one subject that are written at once leave the latest', async () => {
  const ann = person();
  await times(20, 20, (index) => revocations.revoke(ann, soon(), AT + ((index * 7) % 20) * 1000));
  expect(await notBefore(ann)).toBe(seconds + 20);
});

test('an entry expires with the longest token that it revokes, a day later', async () => {
  const signIn = { ...person(), originJti: randomUUID() };
  await revocations.revoke(signIn, soon(), AT);
  await revocations.revokeSignIn(signIn, soon());
  const items = await stored(signIn);
  expect(items.map(({ sk }) => sk)).toEqual(['subject', `sign-in ${signIn.originJti}`]);
  for (const { notBefore: from, expiresAt } of items) expect(expiresAt).toBe(Number(from) + 86_400);
});

test('both kinds cost one query, of entries alone', async () => {
  const signIn = { ...person(), originJti: randomUUID() };
  await revocations.revoke(signIn, soon(), AT);
  await revocations.revokeSignIn(signIn, soon());
  const [calls, scanned] = [started.flaky.calls.length, started.flaky.scanned.length];
  expect(await notBefore(signIn)).toBe(Infinity);
  expect(started.flaky.calls.slice(calls)).toMatchObject([{ operation: 'Query', input: { ConsistentRead: true } }]);
  expect(started.flaky.scanned.slice(scanned)).toEqual([2]);
});

test('the last of 150 sign-ins is found, by two queries', async () => {
  const ann = person();
  const ids = Array.from({ length: 150 }, () => randomUUID());
  await times(150, 50, (at) => revocations.revokeSignIn({ ...ann, originJti: ids[at] ?? '' }, soon()));
  await revocations.revoke(ann, soon(), AT);
  const [lowest = ''] = ids.toSorted();
  const calls = started.flaky.calls.length;
  expect(await notBefore({ ...ann, originJti: lowest })).toBe(Infinity);
  expect(started.flaky.calls.slice(calls).map(({ operation }) => operation)).toEqual(['Query', 'Query']);
  expect(await notBefore(ann)).toBe(seconds + 1);
});
