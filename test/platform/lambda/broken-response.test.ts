import { PassThrough, pipeline } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Response } from 'express';
import { lambdaOf } from './invocations.js';

const aborted = 'The response was aborted';
const failing = () => new PassThrough().destroy(new RangeError('the source failed'));

test.each<[string, (response: Response) => unknown, object]>([
  ['destroyed', (response) => response.destroy(), { name: 'Error', message: aborted }],
  ['destroyed with an error', (response) => response.destroy(new TypeError('x')), { name: 'TypeError', message: 'x' }],
  ['destroyed with a text', (response) => response.destroy('x' as never), { name: 'Error', message: 'x' }],
  ['destroyed twice', (response) => response.destroy().destroy(), { name: 'Error', message: aborted }],
  [
    'destroyed by the stream that it is made of',
    (response) => pipeline(failing(), response, () => response.destroy()),
    { name: 'RangeError', message: 'the source failed' },
  ],
])('half a response that is %s is an error of the function, and the log says why', async (_what, breakOff, error) => {
  const lambda = lambdaOf((_request, response) => {
    response.write('a part');
    breakOff(response);
  });
  expect(await lambda.invoke()).toMatchObject({ statusCode: 500, headers: {}, body: '' });
  const stack = expect.stringMatching(/\n +at /);
  expect(lambda.lines()).toEqual([
    expect.objectContaining({ level: 30, msg: 'request', status: 200, aborted: true }),
    expect.objectContaining({ level: 50, msg: 'the response could not be sent', error: { ...error, stack } }),
  ]);
});

test('half a response whose handler then throws is an error of the function, and the log has what was thrown', async () => {
  const lambda = lambdaOf((_request, response) => {
    response.write('a part');
    throw new Error('thrown in the middle');
  });
  expect(await lambda.invoke()).toMatchObject({ statusCode: 500, headers: {}, body: '' });
  expect(lambda.lines()).toMatchObject([
    { level: 50, msg: 'unexpected error', error: { message: 'thrown in the middle' } },
    { level: 30, msg: 'request', aborted: true },
    { level: 50, msg: 'the response could not be sent', error: { message: aborted } },
  ]);
});
