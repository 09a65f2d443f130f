import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createMetrics } from '../../../app/platform/http/metrics.js';
import { startApi, type Api } from '../../harness/test-api.js';

/** A line of the request log that is a document of CloudWatch's embedded metric format. */
interface Line extends Record<string, unknown> {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
}

const NOW = 1_790_000_000_123;
const metrics = createMetrics({ namespace: 'api', functionName: 'api-dev', now: () => NOW });
let api: Api;
beforeAll(async () => {
  api = await startApi({ metrics });
  await Promise.all(api.trusted.map(({ keys }) => keys.refresh()));
  await request(api.app).get('/health');
});
afterAll(() => api.close());
beforeEach(() => {
  api.lines.length = 0;
});

const lines = () => api.lines.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === 'request');
const get = (path: string, token?: string) =>
  request(api.app)
    .get(path)
    .set(token === undefined ? {} : { Authorization: `Bearer ${token}` });

/** What CloudWatch would extract: each value by namespace, dimensions and name. */
function extracted({ _aws: { CloudWatchMetrics }, ...members }: Line) {
  const entries = CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((dimensions) =>
      Metrics.map(({ Name }) => {
        const at = [Namespace, ...dimensions.map((name) => `${name}=${String(members[name])}`)].join(' ');
        return [`${at} ${Name}`, members[Name]] as const;
      }),
    ),
  );
  return Object.fromEntries(entries);
}

test('a line names only members that it has, with numbers as values and texts as dimensions', async () => {
  await get('/health');
  await get('/me', 'x');
  const documents = lines();
  expect(documents).toHaveLength(2);
  for (const { _aws, ...members } of documents) {
    expect(_aws.Timestamp).toBe(NOW);
    for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
      expect(Namespace).toBe('api');
      for (const name of Dimensions.flat()) expect(members[name]).toEqual(expect.any(String));
      for (const { Name, Unit } of Metrics) {
        expect(members[Name]).toEqual(expect.any(Number));
        expect(['Count', 'Milliseconds']).toContain(Unit);
      }
    }
  }
});

describe('a line counts', () => {
  test('a request that was served, and a token from the cache', async () => {
    const token = api.customers.accessToken();
    await get('/me', token);
    await get('/me', token);
    const [first, second] = lines().map(extracted);
    expect(first).toEqual({
      'api function=api-dev requests': 1,
      'api function=api-dev ms': expect.any(Number),
      'api function=api-dev refusals': 0,
      'api function=api-dev serverErrors': 0,
      'api function=api-dev coldStarts': 0,
      'api function=api-dev tokenCacheHits': 0,
      'api function=api-dev keyFetches': 0,
      'api function=api-dev keyFetchFailures': 0,
      'api function=api-dev tableThrottles': 0,
    });
    expect(second).toEqual({
      ...first,
      'api function=api-dev ms': expect.any(Number),
      'api function=api-dev tokenCacheHits': 1,
    });
  });

  test.each([
    ['without a token', undefined, '/me', 'token_missing'],
    ['with a token that is none', 'x', '/me', 'token_invalid'],
    ['with a token of another pool', 'staff', '/', 'not_allowed'],
  ])('a refusal %s, by code as well', async (_what, token, path, code) => {
    await get(path, token === 'staff' ? api.staff.accessToken() : token);
    expect(lines().map(extracted)).toEqual([
      expect.objectContaining({
        'api function=api-dev requests': 1,
        'api function=api-dev refusals': 1,
        'api function=api-dev serverErrors': 0,
        [`api function=api-dev code=${code} problems`]: 1,
      }),
    ]);
  });

  test('a problem that is no refusal by its code alone', async () => {
    await get('/nowhere');
    expect(lines().map(extracted)).toEqual([
      expect.objectContaining({
        'api function=api-dev refusals': 0,
        'api function=api-dev code=not_found problems': 1,
      }),
    ]);
  });

  test('fetches of keys, those that failed among them, with the next request', async () => {
    const [trusted] = api.trusted;
    await trusted?.keys.refresh();
    api.customers.answer = (_request, response) => response.writeHead(503).end();
    await trusted?.keys.refresh();
    api.customers.answer = undefined;
    await trusted?.keys.refresh();
    await get('/health');
    await get('/health');
    const counted = { 'api function=api-dev keyFetches': 3, 'api function=api-dev keyFetchFailures': 1 };
    const none = { 'api function=api-dev keyFetches': 0, 'api function=api-dev keyFetchFailures': 0 };
    expect(lines().map(extracted)).toEqual([expect.objectContaining(counted), expect.objectContaining(none)]);
  });
});
