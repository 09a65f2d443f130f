import { expect, test } from '@jest/globals';
import { assertIfMatch, etagOf } from '../../../app/platform/http/preconditions.js';
import type { Problem } from '../../../app/platform/http/problem.js';

test('the entity tag of a version is strong', () => {
  expect(etagOf(3)).toBe('"3"');
});

test.each(['*', ' * ', '"3"', ' "3" ', '"1","3"', '"1", "3", "4"', 'W/"1", "3"', '"\u00ff", "3"'])(
  'If-Match: %s matches version 3',
  (header) => {
    expect(() => assertIfMatch(header, 3)).not.toThrow();
  },
);

const REQUIRED = [428, 'precondition_required', 'Send If-Match with the ETag of the state that you want to change.'];
const FAILED = [412, 'precondition_failed', 'It has changed since: get it again, and send If-Match with its new ETag.'];
const INVALID = [422, 'input_invalid', 'The input is invalid: fix the fields that are named.'];

test.each<[string | undefined, typeof REQUIRED]>([
  [undefined, REQUIRED],
  ['"2"', FAILED],
  ['W/"3"', FAILED],
  ['""', FAILED],
  ['"33"', FAILED],
  ['', INVALID],
  ['3', INVALID],
  ['"3', INVALID],
  ['3"', INVALID],
  ['x"3"', INVALID],
  ['"3"x', INVALID],
  ['w/"3"', INVALID],
  ['"3" "4"', INVALID],
  ['"3", x', INVALID],
  ['"3",', INVALID],
  ['*, "3"', INVALID],
])('If-Match: %s does not match version 3', (header, expected) => {
  let problem: Problem | undefined;
  try {
    assertIfMatch(header, 3);
  } catch (error) {
    problem = error as Problem;
  }
  expect([problem?.status, problem?.code, problem?.message]).toEqual(expected);
  expect(problem?.errors).toEqual(
    expected === INVALID
      ? [{ field: 'if-match', detail: 'must be * or the ETag of a response, quotes included' }]
      : undefined,
  );
});
