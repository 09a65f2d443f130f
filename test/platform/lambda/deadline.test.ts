import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { lambdaOf } from './invocations.js';

// Time passes where a test says so.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

const aborted = expect.objectContaining({ status: 200, aborted: true, msg: 'request' });
const notSent = (error: object) =>
  expect.objectContaining({ level: 50, msg: 'the response could not be sent', error: expect.objectContaining(error) });

describe('half a second before Lambda ends the function', () => {
  test('a call without a response gets 503, and no sooner', async () => {
    const lambda = lambdaOf(() => undefined, 3_000);
    const response = lambda.invoke();
    await jest.advanceTimersByTimeAsync(2_499);
    expect(lambda.lines()).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    const { statusCode, headers, body } = await response;
    expect([statusCode, headers?.['retry-after']]).toEqual([503, '1']);
    expect(JSON.parse(body ?? '')).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'timed_out',
      detail: 'The response took too long; whether anything was done is unknown.',
      instance: 'JKJaXmPLvHcESHA=',
    });
  });

  test('a response that has begun is given up: an error of the function', async () => {
    const lambda = lambdaOf((_request, response) => void response.write('a part'), 3_000);
    const response = lambda.invoke();
    await jest.advanceTimersByTimeAsync(2_500);
    expect(await response).toMatchObject({ statusCode: 500, body: '' });
    expect(lambda.lines()).toEqual([
      aborted,
      notSent({ message: expect.stringContaining('The response took too long') }),
    ]);
  });
});

test('a handler is given 0.6 s less than Lambda gives the function', async () => {
  const lambda = lambdaOf((request, response) => void response.json(request.deadlineMs - Date.now()), 3_000);
  expect((await lambda.invoke()).body).toBe('2400');
});

test('a response that is sent leaves no timer behind', async () => {
  const lambda = lambdaOf((_request, response) => void response.end());
  await lambda.invoke();
  await new Promise(setImmediate);
  expect(jest.getTimerCount()).toBe(0);
});
