import { createHash } from 'node:crypto';
import { Problem } from '../http/problem.js';
import { preconditionFailed } from '../http/preconditions.js';
import { storeUnavailable, type Item, type Table } from './table.js';

/** How long an `Idempotency-Key` is remembered. */
const KEY_LIFETIME_SECONDS = 24 * 60 * 60;

export const keyReused = new Problem({
  status: 422,
  code: 'idempotency_key_reused',
  detail: 'This Idempotency-Key was used with another input before: use a new key.',
});

export interface CreateOnce {
  /** The item to create, its id new. */
  readonly item: Item;
  /** What the caller sent: the same key with another input is refused. */
  readonly input: unknown;
  readonly caller: { readonly pool: string; readonly subject: string };
  /** What is created; keys of one kind are apart from those of another. */
  readonly kind: string;
  readonly idempotencyKey: string | undefined;
}

interface IdempotencyRecord extends Item {
  readonly inputHash: string;
  readonly item: Item;
  /** A later call must not create the item again: it may have been changed or deleted since. */
  readonly isCompleted: boolean;
}

async function complete(table: Table<string>, record: IdempotencyRecord, deadlineMs: number) {
  await table.create(record.item, deadlineMs);
  try {
    await table.replace({ ...record, isCompleted: true }, 1, deadlineMs);
  } catch (error) {
    // A concurrent call with the same key was first.
    if (error !== preconditionFailed) throw error;
  }
}

/**
 * Creates the item, or finds what the same caller created with the same key: resolves to the item as it was created.
 * Throws `keyReused`. A record comes first and holds the item as it will be; a call that finds it completes it. So plain
 * writes do the work of a transaction: stopped in between, the next call with the key completes the creation, and
 * concurrent calls write the same item. One gap remains: an item that is deleted while a repeated call of its creation
 * is still running can be created again.
 */
export async function createOnce(table: Table<string>, creation: CreateOnce, deadlineMs: number): Promise<Item> {
  const { item, input, caller, kind, idempotencyKey } = creation;
  if (idempotencyKey === undefined) {
    await table.create(item, deadlineMs);
    return item;
  }
  const key = { pk: `${kind} once ${JSON.stringify([caller.pool, caller.subject])}`, sk: idempotencyKey };
  const inputHash = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
  const expiresAt = Math.floor(Date.now() / 1000) + KEY_LIFETIME_SECONDS;
  const record: IdempotencyRecord = { ...key, version: 1, inputHash, item, isCompleted: false, expiresAt };
  const isFirst = await table.create(record, deadlineMs);
  const stored = isFirst ? record : ((await table.get(key, deadlineMs)) as IdempotencyRecord | undefined);
  if (stored === undefined) throw storeUnavailable;
  if (stored.inputHash !== inputHash) throw keyReused;
  if (!stored.isCompleted) await complete(table, stored, deadlineMs);
  return stored.item;
}
