import { describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../../app/platform/http/metrics.js';

const NOW = 1_790_000_000_123;
const create = () => createMetrics({ namespace: 'api', functionName: 'api-dev', now: () => NOW });

const none = { tokenCacheHits: 0, keyFetches: 0, keyFetchFailures: 0, tableThrottles: 0 };
const ofFunction = {
  Namespace: 'api',
  Dimensions: [['function']],
  Metrics: [
    { Name: 'requests', Unit: 'Count' },
    { Name: 'ms', Unit: 'Milliseconds' },
    { Name: 'refusals', Unit: 'Count' },
    { Name: 'serverErrors', Unit: 'Count' },
    { Name: 'coldStarts', Unit: 'Count' },
    { Name: 'tokenCacheHits', Unit: 'Count' },
    { Name: 'keyFetches', Unit: 'Count' },
    { Name: 'keyFetchFailures', Unit: 'Count' },
    { Name: 'tableThrottles', Unit: 'Count' },
  ],
};
const ofProblems = {
  Namespace: 'api',
  Dimensions: [['function', 'code']],
  Metrics: [{ Name: 'problems', Unit: 'Count' }],
};

test('a request without a problem is a document of the metrics of its function', () => {
  expect(create().fieldsFor({ status: 200 })).toEqual({
    _aws: { Timestamp: NOW, CloudWatchMetrics: [ofFunction] },
    function: 'api-dev',
    requests: 1,
    refusals: 0,
    serverErrors: 0,
    coldStarts: 1,
    ...none,
  });
});

test('a request with a problem counts it by its code as well', () => {
  expect(create().fieldsFor({ status: 404, code: 'not_found' })).toEqual({
    _aws: { Timestamp: NOW, CloudWatchMetrics: [ofFunction, ofProblems] },
    function: 'api-dev',
    requests: 1,
    refusals: 0,
    serverErrors: 0,
    coldStarts: 1,
    ...none,
    problems: 1,
  });
});

test.each([
  [200, 0, 0],
  [400, 0, 0],
  [401, 1, 0],
  [402, 0, 0],
  [403, 1, 0],
  [404, 0, 0],
  [499, 0, 0],
  [500, 0, 1],
  [503, 0, 1],
])('status %i counts %i refusals and %i server errors', (status, refusals, serverErrors) => {
  expect(create().fieldsFor({ status })).toMatchObject({ refusals, serverErrors });
});

describe('counts', () => {
  test('begin at zero, and go into the next line, once', () => {
    const metrics = create();
    const { counts } = metrics;
    expect(counts).toEqual(none);
    Object.assign(counts, { tokenCacheHits: 1, keyFetches: 2, keyFetchFailures: 3, tableThrottles: 4 });
    const counted = { tokenCacheHits: 1, keyFetches: 2, keyFetchFailures: 3, tableThrottles: 4 };
    expect([metrics.fieldsFor({ status: 200 }), metrics.fieldsFor({ status: 200 })]).toMatchObject([counted, none]);
    expect(counts).toEqual(none);
  });

  test('of two instances are apart', () => {
    const [one, other] = [create(), create()];
    one.counts.keyFetches = 5;
    expect(other.fieldsFor({ status: 200 })).toMatchObject(none);
  });
});

test('the first request of a process is its cold start', () => {
  const metrics = create();
  const coldStarts = [1, 2, 3].map(() => metrics.fieldsFor({ status: 200 })['coldStarts']);
  expect(coldStarts).toEqual([1, 0, 0]);
});

test('a document has the time at which it is written', () => {
  const before = Date.now();
  const { _aws } = createMetrics({ namespace: 'api', functionName: 'api-dev' }).fieldsFor({ status: 200 });
  const { Timestamp } = _aws as { Timestamp: number };
  expect(Timestamp).toBeGreaterThanOrEqual(before);
  expect(Timestamp).toBeLessThanOrEqual(Date.now());
});
