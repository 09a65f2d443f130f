import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createOnce } from '../../../app/platform/dynamodb/idempotency.js';
import { storeUnavailable, type Table, type TableOptions } from '../../../app/platform/dynamodb/table.js';
import { defineTable } from '../../../app/platform/dynamodb/table-definition.js';
import { tablesOfRole, tenantNotSupported } from '../../../app/platform/dynamodb/tenant-role.js';
import { bindServices, prefixOf } from '../../../app/platform/dynamodb/tenant-table.js';
import { isAllowed } from '../../harness/iam-policy.js';
import { StsUnderTest } from '../../harness/sts.js';
import { soon, startTable, type TableUnderTest } from '../../harness/table-under-test.js';

const ARN = 'arn:aws:iam::123456789012:role/items-tenant';
const FUNCTION = { accessKeyId: 'FUNCTION', secretAccessKey: 'secret' };
const definition = defineTable({ indexes: ['byName'] });

let started: TableUnderTest<'byName'>;
let sts: StsUnderTest;
let servicesFor: (tenant: string) => { table: Table<'byName'> };

/** What the entry makes where the role is set. */
function bind(endpoint = sts.endpoint, log: TableOptions<'byName'>['log'] = logOf(started)) {
  const { region } = started.dynamoDb.settings;
  const options = { ...started.dynamoDb.settings, endpoint: started.flaky.endpoint, definition, log };
  const role = { arn: ARN, sts: { endpoint, region, credentials: FUNCTION } };
  const tableOf = tablesOfRole(role, options);
  return bindServices(started.table, definition, (table) => ({ table }), tableOf).servicesFor;
}
const logOf = ({ lines }: TableUnderTest<'byName'>) =>
  ({ warn: (...line: unknown[]) => void lines.push(JSON.stringify(line)) }) as unknown as TableOptions<'byName'>['log'];

beforeAll(async () => {
  started = await startTable(definition);
  sts = await StsUnderTest.start();
});
afterAll(async () => {
  await sts.close();
  await started.close();
});
beforeEach(() => {
  sts.calls.length = 0;
  started.flaky.calls.length = 0;
  started.lines.length = 0;
  Object.assign(sts, { fault: () => undefined, lifetimeMs: 3_600_000 });
  servicesFor = bind();
});

const key = { pk: 'list', sk: 'a' };
const read = (tenant: string, deadlineMs = soon()) => servicesFor(tenant).table.get(key, deadlineMs);

/** The hash keys that a call is about: what IAM has as dynamodb:LeadingKeys. */
function leadingKeys(input: Record<string, unknown>): string[] {
  const { Key, Item, ExpressionAttributeValues } = input as Record<string, Record<string, { S: string }> | undefined>;
  const found = [Key?.['pk'], Item?.['pk'], ExpressionAttributeValues?.[':hash']].flatMap((value) => value?.S ?? []);
  expect(found).toHaveLength(1);
  return found;
}

describe('where a role is assumed for tenants', () => {
  test('everything that a store can do is signed with a session of its tenant, which allows it, and no other session does', async () => {
    const item = { ...key, version: 1, byNamePk: 'name', byNameSk: 'a' };
    await read('other');
    const { table } = servicesFor('acme');
    await table.create(item, soon());
    await table.putIfGreater({ pk: 'rank', sk: 'a', rank: 1 }, 'rank', soon());
    expect(await table.get(item, soon())).toMatchObject(item);
    expect(await table.getByIndex({ index: 'byName', hash: 'name', range: 'a' }, soon())).toMatchObject(item);
    expect((await table.page({ hash: ['list', 'empty'], limit: 1 }, soon())).items).toMatchObject([item]);
    expect((await table.page({ index: 'byName', hash: 'name', limit: 1 }, soon())).items).toMatchObject([item]);
    await table.remove(await table.replace(item, 1, soon()), 2, soon());
    const creation = { input: 1, caller: { pool: 'people', subject: 'ann' }, kind: 'item', idempotencyKey: 'key' };
    await createOnce(table, { ...creation, item }, soon());

    const [ofOther, ofAcme] = sts.calls;
    const calls = started.flaky.calls.slice(1);
    expect(new Set(calls.map(({ operation }) => `dynamodb:${operation}`))).toEqual(
      new Set(definition.document.actions),
    );
    for (const { operation, input, accessKeyId } of calls) {
      const context = { 'dynamodb:LeadingKeys': leadingKeys(input) };
      const permission = { action: `dynamodb:${operation}`, resource: 'arn:of:the:table', context };
      expect(accessKeyId).toBe(ofAcme?.accessKeyId);
      expect(isAllowed(sts.statementsOf(accessKeyId), permission)).toBe(true);
      expect(isAllowed(sts.statementsOf(ofOther?.accessKeyId), permission)).toBe(false);
    }
  });

  test("the role is assumed as the function, in a session whose name tells tenants apart and shows nobody's", async () => {
    await read('株式会社 *');
    const hash = createHash('sha256').update('株式会社 *').digest('hex').slice(0, 32);
    expect(sts.calls).toMatchObject([{ signedWith: 'FUNCTION', roleArn: ARN, sessionName: `tenant-${hash}` }]);
  });

  test('what belongs to no tenant is read as the function, and nothing is assumed for it', async () => {
    await started.table.get(key, soon());
    expect(started.flaky.calls).toMatchObject([{ accessKeyId: 'local' }]);
    expect(sts.calls).toEqual([]);
  });

  test('requests of a tenant that wait for its session share one call, and later ones make none', async () => {
    await Promise.all([...Array.from({ length: 20 }, () => read('acme')), read('other')]);
    await read('acme');
    expect(sts.calls).toHaveLength(2);
  });

  test('a session is used until 5 minutes before its end', async () => {
    sts.lifetimeMs = 360_000;
    await read('acme');
    await read('acme');
    expect(sts.calls).toHaveLength(1);
  });

  test('a session that ends within 5 minutes is replaced, once for all requests that wait', async () => {
    sts.lifetimeMs = 299_000;
    await read('acme');
    sts.lifetimeMs = 3_600_000;
    sts.calls.length = 0;
    await Promise.all([read('acme'), read('acme')]);
    await read('acme');
    expect(sts.calls).toHaveLength(1);
    expect(started.flaky.calls.at(-1)?.accessKeyId).toBe(sts.calls[0]?.accessKeyId);
  });

  test('sessions are kept for 1,000 tenants, those used last', () => {
    let opened = 0;
    const tableOf = () => {
      opened += 1;
      return started.table;
    };
    const bound = bindServices(started.table, definition, (table) => ({ table }), tableOf);
    for (let tenant = 0; tenant < 1_001; tenant += 1) bound.servicesFor(`${tenant}`);
    bound.servicesFor('1000');
    expect(opened).toBe(1_001);
    bound.servicesFor('0');
    expect(opened).toBe(1_002);
  });
});

describe('while STS', () => {
  test.each([
    ['fails', { status: 500, code: 'InternalFailure' }, /^InternalFailure: /],
    ['throttles', { status: 400, code: 'Throttling' }, /^Throttling: /],
  ])(
    '%s, a call of a tenant is 503 with Retry-After, the log says why, and the next one asks again',
    async (_what, fault, reason) => {
      sts.fault = () => fault;
      await expect(read('acme')).rejects.toBe(storeUnavailable);
      expect(storeUnavailable).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
      expect(started.lines).toEqual([expect.stringContaining(`AssumeRole of ${ARN}: `)]);
      expect((JSON.parse(started.lines[0] ?? '') as [{ reason: string }])[0].reason).toMatch(reason);
      expect(started.flaky.calls).toEqual([]);
      sts.fault = () => undefined;
      await read('acme');
      expect(started.flaky.calls).toMatchObject([{ accessKeyId: sts.calls.at(-1)?.accessKeyId }]);
    },
  );

  test('does not respond, a call of a tenant is 503 at its deadline', async () => {
    sts.fault = () => 'no response';
    const before = performance.now();
    await expect(read('acme', soon(200))).rejects.toBe(storeUnavailable);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test('can not be reached, a call of a tenant is 503', async () => {
    const gone = await StsUnderTest.start();
    servicesFor = bind(gone.endpoint);
    await gone.close();
    await expect(read('acme')).rejects.toBe(storeUnavailable);
  });

  test('is available, but refuses the role, it is an error and no outage', async () => {
    sts.fault = () => ({ status: 403, code: 'AccessDenied' });
    await expect(read('acme')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`AssumeRole of ${ARN}: `),
    });
  });
});

describe('a tenant that no policy of STS can name is 403 with what to do', () => {
  test('where its name is too long, without a call of STS', async () => {
    await expect(read('a'.repeat(2_000))).rejects.toBe(tenantNotSupported);
    expect(tenantNotSupported).toMatchObject({ status: 403, code: 'tenant_not_supported' });
    expect(sts.calls).toEqual([]);
  });

  test.each(['PackedPolicyTooLarge', 'MalformedPolicyDocument'])('where STS answers %s', async (code) => {
    sts.fault = () => ({ status: 400, code });
    await expect(read('acme')).rejects.toBe(tenantNotSupported);
    expect(sts.calls).toMatchObject([
      { policy: expect.stringContaining(JSON.stringify(prefixOf('acme')).slice(1, -1)) },
    ]);
  });
});
