import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createMetrics } from '../../app/platform/http/metrics.js';
import { startApi, type Api } from '../harness/test-api.js';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { Name: string; Value: string }[];
}

/** What `aws cloudwatch describe-alarms` shows of an alarm, of one metric or of an expression. */
interface Alarm extends Partial<Metric> {
  readonly AlarmName: string;
  readonly AlarmActions: readonly string[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly Metrics?: readonly { Id: string; Expression?: string; MetricStat?: { Metric: Metric; Stat: string } }[];
}

const FUNCTION = 'the-function';

/** Sums of the metrics that CloudWatch extracts from lines of the request log, by name. */
function sumsOf(lines: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of lines) {
    const { _aws, ...members } = JSON.parse(line) as Record<string, unknown> & {
      _aws?: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    for (const { Dimensions, Metrics } of _aws?.CloudWatchMetrics ?? [])
      if (Dimensions.some((names) => names.join() === 'function'))
        for (const { Name } of Metrics) sums[Name] = (sums[Name] ?? 0) + Number(members[Name]);
  }
  return sums;
}

/** Evaluates `IF(A >= NUMBER, B / C, 0)` of CloudWatch's metric math. */
function evaluate(expression: string, values: Readonly<Record<string, number>>): number {
  const { groups } = known(
    /^IF\((?<a>\w+) >= (?<least>\d+), (?<b>\w+) \/ (?<c>\w+), 0\)$/.exec(expression) ?? undefined,
  );
  const [a = 0, b = 0, c = 0] = ['a', 'b', 'c'].map((name) => values[groups?.[name] ?? '']);
  return a >= Number(groups?.['least']) ? b / c : 0;
}

/** Whether an alarm fires when these are the sums of its period. */
function fires({ Threshold, ComparisonOperator, Metrics, MetricName }: Alarm, sums: Readonly<Record<string, number>>) {
  expect(ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
  if (MetricName !== undefined) return (sums[MetricName] ?? 0) >= Threshold;
  const values = Object.fromEntries(
    (Metrics ?? []).map(({ Id, MetricStat }) => [Id, sums[MetricStat?.Metric.MetricName ?? ''] ?? 0]),
  );
  const expression = known(Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression);
  return evaluate(expression, values) >= Threshold;
}

/** Alarms, their topic and the dashboard, and what real lines of the request log make of them. */
export function monitoring(cloud: () => Cloud) {
  describe('the monitoring', () => {
    let alarms: readonly Alarm[];
    let api: Api;

    async function aws<T>(...command: string[]): Promise<T> {
      const { environment } = cloud().emulator;
      const env = { ...process.env, ...environment, AWS_DEFAULT_REGION: environment['AWS_REGION'] };
      const { stdout } = await promisify(execFile)('aws', [...command, '--output', 'json'], { env });
      return JSON.parse(stdout) as T;
    }

    const alarm = (name: string) =>
      known(alarms.find(({ AlarmName }) => AlarmName === `${cloud().outputs.function_name.value}-${name}`));
    const call = (path: string, token?: string) =>
      request(api.app)
        .get(path)
        .set(token === undefined ? {} : { Authorization: `Bearer ${token}` });

    beforeAll(async () => {
      const metrics = createMetrics({ namespace: cloud().documents.deployment.name, functionName: FUNCTION });
      api = await startApi({ metrics });
      await Promise.all(api.trusted.map(({ keys }) => keys.refresh()));
      alarms = (await aws<{ MetricAlarms: Alarm[] }>('cloudwatch', 'describe-alarms')).MetricAlarms;
    });
    afterAll(() => api.close());

    test('has an alarm for each thing that goes wrong, and sends all of them to its topic', async () => {
      const pools = Object.keys(cloud().documents.pools).map((pool) => `sign-ins-throttled-${pool}`);
      const names = [
        'concurrency',
        'function-errors',
        'key-outage',
        'refused-by-app',
        'refused-by-gateway',
        'server-errors',
        'slow',
        'table-throttled',
        'throttled',
        ...pools,
      ];
      const prefix = cloud().outputs.function_name.value;
      expect(alarms.map(({ AlarmName }) => AlarmName).toSorted()).toEqual(
        names.map((name) => `${prefix}-${name}`).toSorted(),
      );
      const topic = cloud().outputs.alarm_topic_arn.value;
      for (const { AlarmActions, TreatMissingData } of alarms)
        expect({ AlarmActions, TreatMissingData }).toEqual({ AlarmActions: [topic], TreatMissingData: 'notBreaching' });
      const { Subscriptions } = await aws<{ Subscriptions: { Endpoint: string; TopicArn: string }[] }>(
        'sns',
        'list-subscriptions',
      );
      expect(Subscriptions).toEqual([expect.objectContaining({ Endpoint: 'ops@example.com', TopicArn: topic })]);
    });

    test('reads no metric of the app that its log lines do not write, in their namespace and of the function', async () => {
      await call('/health');
      const written = new Set(Object.keys(sumsOf(api.lines)));
      const namespace = cloud().documents.deployment.name;
      const read = alarms
        .flatMap(({ Metrics = [], ...single }) =>
          [single as Metric].concat(Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])),
        )
        .filter(({ Namespace }) => Namespace === namespace);
      expect(read.map(({ MetricName }) => MetricName).toSorted()).toEqual([
        'keyFetchFailures',
        'refusals',
        'requests',
        'tableThrottles',
      ]);
      for (const { MetricName, Dimensions } of read) {
        expect(written).toContain(MetricName);
        expect(Dimensions).toEqual([{ Name: 'function', Value: cloud().outputs.function_name.value }]);
      }
    });

    test('fires for refusals when most of at least a hundred calls are refused, not for few calls or few refusals', async () => {
      const token = api.customers.accessToken();
      const linesOf = async (good: number, bad: number) => {
        api.lines.length = 0;
        for (let n = 0; n < good; n += 1) await call('/me', token);
        for (let n = 0; n < bad; n += 1) await call('/me', `${token}x`);
        return sumsOf(api.lines);
      };
      expect(fires(alarm('refused-by-app'), await linesOf(40, 60))).toBe(true);
      expect(fires(alarm('refused-by-app'), await linesOf(60, 40))).toBe(false);
      expect(fires(alarm('refused-by-app'), await linesOf(0, 99))).toBe(false);
    });

    test('fires for keys when a fetch fails, and stays quiet when fetches succeed', async () => {
      const [trusted] = api.trusted;
      api.lines.length = 0;
      await trusted?.keys.refresh();
      await call('/health');
      expect(fires(alarm('key-outage'), sumsOf(api.lines))).toBe(false);
      api.customers.answer = (_request, response) => response.writeHead(503).end();
      await trusted?.keys.refresh();
      await call('/health');
      expect(fires(alarm('key-outage'), sumsOf(api.lines))).toBe(true);
    });

    test('shows graphs and questions on one dashboard', async () => {
      const name = cloud().outputs.function_name.value;
      const { DashboardBody } = await aws<{ DashboardBody: string }>(
        'cloudwatch',
        'get-dashboard',
        '--dashboard-name',
        name,
      );
      const { widgets } = JSON.parse(DashboardBody) as { widgets: { type: string; properties: { query?: string } }[] };
      expect(widgets.filter(({ type }) => type === 'metric')).toHaveLength(9);
      const queries = widgets.flatMap(({ properties }) => properties.query ?? []);
      expect(queries).toHaveLength(4);
      for (const query of queries) expect(query).toMatch(/^SOURCE '\/aws\/(?:lambda|vendedlogs\/http-api)\/[^']+' \| /);
    });
  });
}
