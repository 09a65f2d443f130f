import { createHash } from 'node:crypto';
import { inputInvalid } from '../http/input.js';

const ID_BYTES = 16;
const CHECK_BYTES = 8;

/** The list is part of the check: a cursor of another list, or of another caller's, is none of this one. */
function checkOf(list: string, id: Buffer) {
  return createHash('sha256').update(list).update(id).digest().subarray(0, CHECK_BYTES);
}

/** The place in the list after the item of this UUID, in 32 URL-safe characters; `list` names the list, owner and filter included. */
export function cursorAfter(list: string, id: string): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.concat([bytes, checkOf(list, bytes)]).toString('base64url');
}

function decode(list: string, cursor: string): string | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.toString('base64url') !== cursor) return undefined;
  const id = bytes.subarray(0, ID_BYTES);
  if (!bytes.subarray(ID_BYTES).equals(checkOf(list, id))) return undefined;
  return id.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * The UUID that a cursor stands after; undefined without a cursor. Throws a 422 for what is no cursor of this list. The
 * check finds what was changed or belongs to another list. It is no secret and need not be: a cursor holds nothing but an
 * id, and which list is read, and whose, never comes from a cursor.
 */
export function idBefore(list: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = decode(list, cursor);
  if (id === undefined) {
    throw inputInvalid([{ field: 'cursor', detail: 'must be the `next` of a page of this list, unchanged' }]);
  }
  return id;
}
