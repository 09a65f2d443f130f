import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startDynamoDb, type LocalDynamoDb } from '../../app/local/dynamodb.js';
import { startFlaky, type FlakyProxy } from '../harness/flaky-proxy.js';
import { table as definition } from '../harness/fixture-api/table.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { StsUnderTest } from '../harness/sts.js';
import { environmentFor, environmentOf } from './environment.js';
import { exchange } from './http-exchange.js';
import { EVERY_CALL, startHttpApi } from './gateway/http-api.js';
import type { LoopbackServer } from './loopback-server.js';
import { startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

const ARN = 'arn:aws:iam::123456789012:role/items-tenant';
/** environmentOf has the function's credentials. */
const FUNCTION = 'local';

let customers: Issuer;
let unpacked: ReturnType<typeof unpack>;
let dynamoDb: LocalDynamoDb;
let flaky: FlakyProxy;
let sts: StsUnderTest;
let lambda: LambdaFunction;
let api: LoopbackServer;

beforeAll(async () => {
  customers = await startIssuer('customers');
  unpacked = unpack('dist/fixture/lambda.zip');
  dynamoDb = await startDynamoDb({ definition: definition.document });
  flaky = await startFlaky(dynamoDb.settings.endpoint);
  sts = await StsUnderTest.start();
  lambda = await startFunction({
    node: 22,
    directory: unpacked.directory,
    environment: {
      ...environmentFor([customers]),
      ...environmentOf({ name: dynamoDb.settings.name, endpoint: flaky.endpoint }),
      AWS_ENDPOINT_URL_STS: sts.endpoint,
      TENANT_ROLE_ARN: ARN,
    },
  });
  api = await startHttpApi({ routes: EVERY_CALL, invoke: (event) => lambda.invoke(event) });
});
afterAll(async () => {
  await Promise.all([api.close(), lambda.stop(), customers.close(), sts.close()]);
  await flaky.close();
  await dynamoDb.close();
  unpacked.remove();
});
beforeEach(() => {
  sts.calls.length = 0;
  flaky.calls.length = 0;
  sts.fault = () => undefined;
});

async function call(path: string, tenant?: string, body?: object) {
  const token = customers.idToken({ ...(tenant !== undefined && { 'custom:tenant': tenant }) });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'key' };
  const input = body && { method: 'POST', body: JSON.stringify(body) };
  const { status, headers: answered, body: text } = await exchange(api.url, { path, headers, ...input });
  return { status, retryAfter: answered['retry-after'], body: JSON.parse(text) as Record<string, unknown> };
}

test('a route of tenants signs its calls of the table with a session of the tenant, and other routes with the function', async () => {
  expect(await call('/items')).toMatchObject({ status: 200, body: { items: [] } });
  expect(sts.calls).toEqual([]);
  expect(new Set(flaky.calls.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([FUNCTION]));

  flaky.calls.length = 0;
  expect(await call('/tenant/items', 'acme', { name: 'Oven' })).toMatchObject({ status: 201, body: { name: 'Oven' } });
  expect(await call('/tenant/items?name=Oven', 'acme')).toMatchObject({ body: { items: [{ name: 'Oven' }] } });
  expect(sts.calls).toMatchObject([{ roleArn: ARN, signedWith: FUNCTION }]);
  expect(new Set(flaky.calls.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([sts.calls[0]?.accessKeyId]));

  expect(await call('/tenant/items', 'other')).toMatchObject({ status: 200, body: { items: [] } });
  expect(sts.calls).toHaveLength(2);
  expect(flaky.calls.at(-1)?.accessKeyId).toBe(sts.calls[1]?.accessKeyId);
});

test('while STS fails, a route of tenants is 503 with Retry-After, and other routes are as ever', async () => {
  sts.fault = () => ({ status: 503, code: 'ServiceUnavailable' });
  expect(await call('/tenant/items', 'new tenant')).toMatchObject({
    status: 503,
    retryAfter: ['1'],
    body: { code: 'store_unavailable' },
  });
  expect(await call('/items')).toMatchObject({ status: 200 });
});

test("a tenant that no session can be limited to is 403, and the function's credentials don't step in", async () => {
  expect(await call('/tenant/items', 'a'.repeat(2_000))).toMatchObject({
    status: 403,
    body: { code: 'tenant_not_supported' },
  });
  expect([sts.calls, flaky.calls]).toEqual([[], []]);
});

test('an ARN that is none stops the start, and the message says which and why', async () => {
  const environment = { ...environmentFor([customers]), TENANT_ROLE_ARN: 'items-tenant' };
  const wrong = await startFunction({ node: 22, directory: unpacked.directory, environment });
  await expect(wrong.ready).rejects.toThrow(
    `TENANT_ROLE_ARN must be a role's ARN such as arn:aws:iam::123456789012:role/NAME, but is "items-tenant".`,
  );
  await wrong.stop();
});
