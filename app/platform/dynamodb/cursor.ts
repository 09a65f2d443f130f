import { createHash } from 'node:crypto';

const ID_BYTES = 16;
const CHECK_BYTES = 8;

/** The list is part of the check, so that another list's cursor is no cursor of this one. */
function checkOf(id: Buffer) {
  return createHash('sha256').update('pizzas, newest first').update(id).digest().subarray(0, CHECK_BYTES);
}

/** The place in the list after the pizza of this id, in 32 URL-safe characters. */
export function cursorAfter(id: string): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.concat([bytes, checkOf(bytes)]).toString('base64url');
}

/**
 * The id that a cursor stands after, or undefined where it isn't one. The check finds what was mangled or belongs
 * elsewhere. It is no secret and need not be: a cursor holds nothing but an id, and whoever may list can be anywhere in
 * the list; which list it is, and whose, never comes from a cursor.
 */
export function idBefore(cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== ID_BYTES + CHECK_BYTES || bytes.toString('base64url') !== cursor) return undefined;
  const id = bytes.subarray(0, ID_BYTES);
  if (!bytes.subarray(ID_BYTES).equals(checkOf(id))) return undefined;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function isCursor(value: string) {
  return idBefore(value) !== undefined;
}
