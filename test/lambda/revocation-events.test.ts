import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { RecordedCall } from '../../app/platform/lambda/revocation-events.js';
import { createRevocations } from '../../app/platform/revocation/revocations.js';
import { startIssuer, type Issuer } from '../harness/issuer.js';
import { defineTable } from '../../app/platform/dynamodb/table-definition.js';
import { soon, startTable, type TableUnderTest } from '../harness/table-under-test.js';
import { environmentFor, environmentOf } from './environment.js';
import { startFunction, type LambdaFunction } from './runtime/lambda-function.js';
import { unpack } from './unpacked.js';

/** When the user was signed out. */
const AT = '2026-11-26T10:00:00Z';
const seconds = Date.parse(AT) / 1000;

let customers: Issuer;
let staff: Issuer;
let started: TableUnderTest<never>;
let lambda: LambdaFunction;
const { directory, remove } = unpack('dist/fixture/revocation-events.zip');

beforeAll(async () => {
  [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  started = await startTable(defineTable());
  const { name } = started.dynamoDb.settings;
  const environment = {
    ...environmentFor([customers, staff]),
    ...environmentOf({ name, endpoint: started.flaky.endpoint }),
  };
  lambda = await startFunction({ node: 22, directory, environment });
});
afterAll(async () => {
  await lambda.stop();
  await Promise.all([customers.close(), staff.close(), started.close()]);
  remove();
});

/** As EventBridge passes on what CloudTrail recorded. */
function eventOf(call: Partial<RecordedCall>) {
  const detail = {
    eventVersion: '1.08',
    eventTime: AT,
    eventSource: 'cognito-idp.amazonaws.com',
    awsRegion: 'eu-west-1',
    responseElements: null,
    ...call,
  };
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.cognito-idp',
    detail,
  };
}

const byAdmin = (eventName: string, sub: string, { pool }: Issuer) =>
  eventOf({
    eventName,
    requestParameters: { userPoolId: pool.userPoolId },
    additionalEventData: { sub },
  });

const revokedIn = async (subject: string) => {
  const revocations = createRevocations(started.table);
  return Promise.all(['customers', 'staff'].map((pool) => revocations.notBefore({ pool, subject }, soon())));
};

describe('the package of the revocation events, in the runtime client', () => {
  test.each(['AdminDisableUser', 'AdminUserGlobalSignOut'])('%s revokes the tokens in its pool', async (eventName) => {
    const sub = randomUUID();
    await lambda.invoke(byAdmin(eventName, sub, staff));
    expect(await revokedIn(sub)).toEqual([0, seconds + 1]);
  });

  test('GlobalSignOut names no pool: the tokens are revoked in each', async () => {
    const sub = randomUUID();
    const call = { eventName: 'GlobalSignOut', requestParameters: null, additionalEventData: { sub } };
    await lambda.invoke(eventOf(call));
    expect(await revokedIn(sub)).toEqual([seconds + 1, seconds + 1]);
  });

  test('an event that comes twice, or after a later one, moves nothing back', async () => {
    const sub = randomUUID();
    const event = byAdmin('AdminDisableUser', sub, staff);
    await lambda.invoke({ ...event, detail: { ...event.detail, eventTime: '2026-11-26T10:05:00Z' } });
    for (let times = 0; times < 2; times += 1) await lambda.invoke(event);
    expect(await revokedIn(sub)).toEqual([0, seconds + 301]);
  });

  test("another deployment's pool, and a call that names no user, revoke nothing", async () => {
    const sub = randomUUID();
    const event = byAdmin('AdminDisableUser', sub, staff);
    await lambda.invoke({
      ...event,
      detail: { ...event.detail, requestParameters: { userPoolId: 'eu-west-1_Other1234' } },
    });
    await lambda.invoke({ ...event, detail: { ...event.detail, additionalEventData: null } });
    expect(await revokedIn(sub)).toEqual([0, 0]);
    await lambda.logged(/the event names no user: nothing is revoked/);
  });

  test('a table that refuses makes the invocation fail, which Lambda repeats', async () => {
    started.flaky.fault = () => ({ status: 400, type: 'AccessDeniedException' });
    await expect(lambda.invoke(byAdmin('AdminDisableUser', randomUUID(), staff))).rejects.toMatchObject({
      type: 'AccessDeniedException',
    });
    started.flaky.fault = () => undefined;
  });
});
