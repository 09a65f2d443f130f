import { expect, test } from '@jest/globals';
import { Problem } from '../../../app/platform/http/problem.js';

test('a problem becomes the members of RFC 9457 and its code; reason, challenge and headers stay out', () => {
  const problem = new Problem({
    status: 401,
    code: 'token_invalid',
    detail: 'The token is bad.',
    reason: 'signature',
    challenge: 'error="invalid_token"',
    headers: { 'X-A': 'b' },
  });
  expect(problem).toBeInstanceOf(Error);
  expect(problem).toMatchObject({ name: 'Problem', message: 'The token is bad.', headers: { 'X-A': 'b' } });
  expect(problem.toDocument('id')).toEqual({
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    detail: 'The token is bad.',
    instance: 'id',
    code: 'token_invalid',
  });
  expect(problem.toDocument('id')).not.toHaveProperty('errors');
});

test('the fields that fail are members of the document', () => {
  const errors = [{ field: '/name', detail: 'must be a text' }];
  const problem = new Problem({ status: 422, code: 'input_invalid', detail: 'Fix it.', errors });
  expect(problem.toDocument('id')).toMatchObject({ title: 'Unprocessable Entity', errors });
  expect(problem).toMatchObject({ headers: {}, reason: undefined, challenge: undefined });
});
