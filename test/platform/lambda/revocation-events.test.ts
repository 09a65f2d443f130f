import { expect, test } from '@jest/globals';
import pino from 'pino';
import { storeUnavailable } from '../../../app/platform/dynamodb/table.js';
import { createRevocationEvents, type RecordedCall } from '../../../app/platform/lambda/revocation-events.js';

const AT = '2026-11-26T10:00:00Z';
const pools = [
  { name: 'customers', userPoolId: 'eu-west-1_Customers' },
  { name: 'staff', userPoolId: 'eu-west-1_Staff' },
];
const signedOut: RecordedCall = {
  eventName: 'AdminUserGlobalSignOut',
  eventTime: AT,
  requestParameters: { userPoolId: 'eu-west-1_Staff' },
  additionalEventData: { sub: 'ann' },
};

/** Handles an event of the call with these members; resolves to what was revoked, by which deadlines, and the log. */
async function handle(members: object = {}, error?: Error) {
  const lines: string[] = [];
  const revoked: unknown[] = [];
  const deadlines: number[] = [];
  const events = createRevocationEvents({
    pools,
    revocations: {
      async revoke(subject, deadlineMs, atMs) {
        deadlines.push(deadlineMs);
        if (error) throw error;
        revoked.push([subject, atMs]);
      },
    },
    log: pino({ base: null, timestamp: false }, { write: (line) => lines.push(line) }),
  });
  await events({ id: 'event', detail: { ...signedOut, ...members } });
  return { revoked, deadlines, lines: lines.map((line) => JSON.parse(line) as unknown) };
}

const inPool = (pool: string) => [{ pool, subject: 'ann' }, Date.parse(AT)];
const logged = (names: string[]) => [
  { level: 30, id: 'event', eventName: signedOut.eventName, subject: 'ann', pools: names, msg: 'revoked' },
];

test('a call on a pool revokes the tokens of its user there, up to the time of the call', async () => {
  expect(await handle()).toMatchObject({ revoked: [inPool('staff')], lines: logged(['staff']) });
});

test.each([
  ['no parameters', undefined],
  ['null for them', null],
  ['parameters without a pool', {}],
])('a call with %s, which is one by the user, revokes the tokens in each pool', async (_what, requestParameters) => {
  expect(await handle({ requestParameters })).toMatchObject({
    revoked: [inPool('customers'), inPool('staff')],
    lines: logged(['customers', 'staff']),
  });
});

test("a call on another deployment's pool revokes nothing", async () => {
  const other = { requestParameters: { userPoolId: 'eu-west-1_Other' } };
  expect(await handle(other)).toMatchObject({ revoked: [], lines: logged([]) });
});

test.each([
  ['no data', undefined],
  ['null for them', null],
  ['data without a user', {}],
])('an event with %s revokes nothing, and the log warns of it', async (_what, additionalEventData) => {
  const { eventName } = signedOut;
  const msg = 'the event names no user: nothing is revoked';
  expect(await handle({ additionalEventData })).toEqual({
    revoked: [],
    deadlines: [],
    lines: [{ level: 40, id: 'event', eventName, msg }],
  });
});

test('a table that is unavailable makes the invocation fail, after 8 s of the 10 that Lambda gives it', async () => {
  const before = Date.now();
  const { deadlines } = await handle();
  expect(deadlines[0]).toBeGreaterThanOrEqual(before + 8_000);
  expect(deadlines[0]).toBeLessThanOrEqual(Date.now() + 8_000);
  await expect(handle({}, storeUnavailable)).rejects.toBe(storeUnavailable);
});
