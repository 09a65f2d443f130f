import { expect, test } from '@jest/globals';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';

const key = { hashKey: 'pk', rangeKey: 'sk', expiryAttribute: 'expiresAt' };
const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem'];

test('a table without indexes has its key alone', () => {
  expect(defineTable()).toEqual({ indexes: [], document: { ...key, indexes: [], actions } });
  expect(defineTable({})).toEqual(defineTable());
});

test('an index NAME has the key NAMEPk and NAMESk', () => {
  expect(defineTable({ indexes: ['byColour', 'bySize'] })).toEqual({
    indexes: ['byColour', 'bySize'],
    document: {
      ...key,
      indexes: [
        { name: 'byColour', hashKey: 'byColourPk', rangeKey: 'byColourSk' },
        { name: 'bySize', hashKey: 'bySizePk', rangeKey: 'bySizeSk' },
      ],
      actions,
    },
  });
});
