import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { cursorAfter, idBefore } from '../../../app/platform/dynamodb/cursor.js';

const LIST = 'items of ann';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const refused = expect.objectContaining({
  status: 422,
  code: 'input_invalid',
  errors: [{ field: 'cursor', detail: expect.stringContaining('`next` of a page of this list') }],
});

function read(cursor: string, list = LIST) {
  try {
    return idBefore(list, cursor);
  } catch (error) {
    return error;
  }
}

test('a cursor gives back its id', () => {
  for (const id of Array.from({ length: 100 }, () => uuidv7())) {
    const cursor = cursorAfter(LIST, id);
    expect(cursor).toMatch(/^[\w-]{32}$/);
    expect(idBefore(LIST, cursor)).toBe(id);
  }
});

test('without a cursor there is no id', () => {
  expect(idBefore(LIST, undefined)).toBeUndefined();
});

test.each(['items of bob', 'items of an', `${LIST}\0`, ''])('a cursor of another list is refused by %j', (list) => {
  expect(read(cursorAfter(LIST, uuidv7()), list)).toEqual(refused);
});

test('a cursor with any character changed is refused', () => {
  const cursor = cursorAfter(LIST, uuidv7());
  const changed = [...cursor.split('').keys()].flatMap((at) =>
    ALPHABET.split('').map((character) => `${cursor.slice(0, at)}${character}${cursor.slice(at + 1)}`),
  );
  for (const other of changed.filter((other) => other !== cursor)) expect(read(other)).toEqual(refused);
});

test.each<[string, () => string]>([
  ['empty', () => ''],
  ['an id', () => uuidv7()],
  ['random bytes', () => randomBytes(24).toString('base64url')],
  ['too short', () => cursorAfter(LIST, uuidv7()).slice(0, -1)],
  ['too long', () => `${cursorAfter(LIST, uuidv7())}A`],
  ['one byte too long', () => `${cursorAfter(LIST, uuidv7())}AA`],
  ['four bytes too short', () => cursorAfter(LIST, uuidv7()).slice(0, -6)],
  ['padded', () => `${cursorAfter(LIST, uuidv7())}=`],
  ['with a space', () => ` ${cursorAfter(LIST, uuidv7())}`],
  ['huge', () => 'A'.repeat(100_000)],
])('a cursor that is %s is refused', (_what, cursor) => {
  expect(read(cursor())).toEqual(refused);
});
