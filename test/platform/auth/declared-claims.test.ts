import { describe, expect, test } from '@jest/globals';
import { createClaimReader, type ClaimDocument } from '../../../app/platform/auth/declared-claims.js';

const tokens = ['id', 'access'] as const;
const read = (document: Partial<ClaimDocument>, value: unknown) => {
  const claim = 'claim';
  const declared = { own: { claim, type: 'string' as const, tokens, ...document } };
  return createClaimReader(declared)({ [document.claim ?? claim]: value }, 'access');
};

describe('a value of the declared type is handed over', () => {
  test.each<[string, Partial<ClaimDocument>, unknown, unknown]>([
    ['text', {}, 'acme', 'acme'],
    ['one of the values', { values: ['a', 'b'] }, 'b', 'b'],
    ['a list', { type: 'strings' }, ['a', 'b'], ['a', 'b']],
    ['an empty list', { type: 'strings' }, [], []],
    ['a number', { type: 'number' }, 4.5, 4.5],
    ['false', { type: 'boolean' }, false, false],
    ['the text of a number, for an attribute', { claim: 'custom:a', type: 'number' }, '-42.5', -42.5],
    ['that of a number above 0', { claim: 'custom:a', type: 'number' }, '7', 7],
    ['that of 15 digits', { claim: 'custom:a', type: 'number' }, '123456789012345', 123_456_789_012_345],
    ['that of a small fraction', { claim: 'custom:a', type: 'number' }, '0.0625', 0.0625],
    ['the text of a boolean, for an attribute', { claim: 'custom:a', type: 'boolean' }, 'true', true],
    ['that of false', { claim: 'custom:a', type: 'boolean' }, 'false', false],
  ])('%s', (_what, document, value, expected) => {
    const claims = read(document, value);
    expect(claims).toEqual({ own: expected });
    expect(Object.isFrozen(claims)).toBe(true);
  });
});

describe('any other value leaves the claim undefined, as none is guessed', () => {
  test.each<[string, Partial<ClaimDocument>, unknown]>([
    ['a number for text', {}, 1],
    ['an empty text', {}, ''],
    ['a list for text', {}, ['acme']],
    ['an object for text', {}, { length: 1 }],
    ['null', {}, null],
    ['another text than the values', { values: ['a'] }, 'A'],
    ['text for a list', { type: 'strings' }, 'a'],
    ['a number in a list', { type: 'strings' }, ['a', 1]],
    ['another text than the values in a list', { type: 'strings', values: ['a'] }, ['a', 'b']],
    ['text for a number', { type: 'number' }, '4'],
    ['text for a boolean', { type: 'boolean' }, 'true'],
    ['a number for an attribute', { claim: 'custom:a', type: 'number' }, 4],
    ['hexadecimal digits for an attribute', { claim: 'custom:a', type: 'number' }, '0x10'],
    ['a blank for a number', { claim: 'custom:a', type: 'number' }, ' '],
    ...['01', '1.', '.5', '+1', '1e3', '1 ', '1x', '1234567890123456', 'Infinity'].map(
      (text): [string, Partial<ClaimDocument>, unknown] => [
        `${text} for the number of an attribute`,
        { claim: 'custom:a', type: 'number' },
        text,
      ],
    ),
    ['another case of a boolean', { claim: 'custom:a', type: 'boolean' }, 'True'],
  ])('%s', (_what, document, value) => {
    const claims = read(document, value);
    expect(claims).toEqual({ own: undefined });
    expect(Object.hasOwn(claims, 'own')).toBe(true);
  });
});

describe('a claim is missing', () => {
  test('in a token without it, of a name that every object has as well', () => {
    const declared = { own: { claim: 'constructor', type: 'string' as const, tokens } };
    expect(Object.keys(createClaimReader(declared)({}, 'id'))).toEqual([]);
  });

  test('in a kind of token in which it does not count', () => {
    const reader = createClaimReader({ own: { claim: 'own', type: 'string', tokens: ['id'] } });
    expect(Object.keys(reader({ own: 'a' }, 'access'))).toEqual([]);
    expect(reader({ own: 'a' }, 'id')).toEqual({ own: 'a' });
  });

  test('where none is declared', () => {
    expect(Object.keys(createClaimReader()({ sub: 'a' }, 'id'))).toEqual([]);
  });
});

test('a list is frozen', () => {
  expect(Object.isFrozen(read({ type: 'strings' }, ['a'])['own'])).toBe(true);
});
