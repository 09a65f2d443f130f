import { describe, expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Request } from 'express';
import pino from 'pino';
import { storeUnavailable } from '../../../app/platform/dynamodb/table.js';
import {
  createRevocationGuard,
  type RevocationGuardOptions,
} from '../../../app/platform/revocation/revocation-guard.js';
import { encode } from '../../harness/issuer.js';

const ISSUED_AT = 1_800_000_000;

/** A request as the guard of the route leaves it: what the revocation guard reads of the token was verified. */
function requestOf(subject: string, claims: object = {}, remainingMs = 10_000) {
  const authorization = `Bearer header.${encode({ iat: ISSUED_AT, ...claims })}.signature`;
  const caller = { pool: 'customers', subject };
  return {
    headers: { authorization },
    rawHeaders: [],
    caller,
    deadlineMs: Date.now() + remainingMs,
  } as unknown as Request;
}

/** A guard whose clock and table the test moves; `reads` are the callers that were looked up. */
function setUp(options: Partial<RevocationGuardOptions> = {}) {
  const lines: string[] = [];
  const state = {
    nowMs: ISSUED_AT * 1000,
    notBefore: 0,
    error: undefined as Error | undefined,
    reads: [] as unknown[],
    /** Of each read, in milliseconds since the epoch. */
    deadlines: [] as number[],
    /** Awaited before each answer. */
    beforeAnswer: async () => {},
    lines,
  };
  const guard = createRevocationGuard({
    revocations: {
      async notBefore(of, deadlineMs) {
        // More than any test needs: a read that is repeated without end must fail the test.
        if (state.reads.length >= 20_000) throw new Error('read too often');
        state.reads.push(of);
        state.deadlines.push(deadlineMs);
        const { notBefore, error } = state;
        await state.beforeAnswer();
        if (error) throw error;
        return notBefore;
      },
    },
    log: pino({ base: null }, { write: (line) => lines.push(line) }),
    now: () => state.nowMs,
    ...options,
  });
  /** `admitted`, or the code of the problem. */
  async function call(
    subject: string,
    { claims, withinSeconds = 5, remainingMs }: { claims?: object; withinSeconds?: number; remainingMs?: number } = {},
  ) {
    let outcome = 'nothing';
    try {
      const next = (problem?: unknown) => (outcome = problem ? (problem as { code: string }).code : 'admitted');
      await guard(withinSeconds)(requestOf(subject, claims, remainingMs), {} as never, next);
    } catch (error) {
      outcome = (error as { code?: string }).code ?? String(error);
    }
    return outcome;
  }
  return { state, call };
}

describe('what is read', () => {
  test('one caller is read once a delay, from the start of the reading', async () => {
    const { state, call } = setUp();
    for (const [afterMs, reads] of [
      [0, 1],
      [4_999, 1],
      [5_000, 2],
      [9_999, 2],
      [10_000, 3],
    ] as const) {
      state.nowMs = ISSUED_AT * 1000 + afterMs;
      expect(await call('ann')).toBe('admitted');
      expect(state.reads).toHaveLength(reads);
    }
  });

  test('a thousand requests of one caller at once share a read', async () => {
    const { state, call } = setUp();
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => call('ann')));
    expect([new Set(outcomes), state.reads]).toEqual([
      new Set(['admitted']),
      [{ pool: 'customers', subject: 'ann', originJti: undefined }],
    ]);
  });

  test('two sign-ins of a person are two callers', async () => {
    const { state, call } = setUp();
    for (const origin_jti of ['phone', 'laptop', 'phone']) await call('ann', { claims: { origin_jti } });
    expect(state.reads).toMatchObject([{ originJti: 'phone' }, { originJti: 'laptop' }]);
  });

  test('a route with a shorter delay reads again, and the other profits', async () => {
    const { state, call } = setUp();
    await call('ann', { withinSeconds: 60 });
    state.nowMs += 2_000;
    expect(await call('ann', { withinSeconds: 1 })).toBe('admitted');
    expect(state.reads).toHaveLength(2);
    state.nowMs += 59_000;
    await call('ann', { withinSeconds: 60 });
    expect(state.reads).toHaveLength(2);
  });

  test('an answer that took longer than the delay is not used', async () => {
    const { state, call } = setUp();
    state.beforeAnswer = async () => {
      state.nowMs += state.reads.length === 1 ? 6_000 : 10;
      state.notBefore = ISSUED_AT + 1;
    };
    expect(await call('ann')).toBe('token_revoked');
    expect(state.reads).toHaveLength(2);
  });

  test('after the clock was set back, no answer counts as fresh', async () => {
    const { state, call } = setUp();
    await call('ann');
    state.nowMs -= 60_000;
    await call('ann');
    expect(state.reads).toHaveLength(2);
  });
});

test.each([
  ['2 s', 10_000, 2_000],
  ["the request's own time, where it has less", 500, 500],
])('a read ends after %s', async (_limit, remainingMs, limitMs) => {
  const { state, call } = setUp();
  const earliest = Date.now() + limitMs;
  await call('ann', { remainingMs });
  expect(state.deadlines).toHaveLength(1);
  expect(state.deadlines[0]).toBeGreaterThanOrEqual(earliest);
  expect(state.deadlines[0]).toBeLessThanOrEqual(Date.now() + limitMs);
});

describe('who is refused', () => {
  test.each([
    ['before the not-before time', ISSUED_AT - 1, 'token_revoked'],
    ['a fraction of a second before it', ISSUED_AT - 0.001, 'token_revoked'],
    ['at it', ISSUED_AT, 'admitted'],
    ['later', ISSUED_AT + 1, 'admitted'],
  ])('a token issued %s', async (_when, iat, outcome) => {
    const { state, call } = setUp();
    state.notBefore = ISSUED_AT;
    expect(await call('ann', { claims: { iat } })).toBe(outcome);
  });

  test('a revocation takes effect within the delay, and a new token is good at once', async () => {
    const { state, call } = setUp();
    expect(await call('ann')).toBe('admitted');
    state.notBefore = ISSUED_AT + 1;
    state.nowMs += 4_999;
    expect(await call('ann')).toBe('admitted');
    state.nowMs += 1;
    expect(await call('ann')).toBe('token_revoked');
    expect(await call('ann', { claims: { iat: ISSUED_AT + 1 } })).toBe('admitted');
    expect(state.reads).toHaveLength(2);
  });

  test("this process's clock takes no part in it: only how old an answer is", async () => {
    const { state, call } = setUp();
    state.notBefore = ISSUED_AT + 1;
    state.nowMs += 3_600_000;
    expect(await call('ann')).toBe('token_revoked');
    state.nowMs -= 7_200_000;
    expect(await call('ann')).toBe('token_revoked');
    expect(await call('ann', { claims: { iat: ISSUED_AT + 1 } })).toBe('admitted');
  });
});

describe('while the table is unavailable', () => {
  test('callers are refused with 503, each request tries again', async () => {
    const { state, call } = setUp();
    state.error = storeUnavailable;
    expect([await call('ann'), await call('ann')]).toEqual(['revocations_unavailable', 'revocations_unavailable']);
    expect(state.reads).toHaveLength(2);
    state.error = undefined;
    expect(await call('ann')).toBe('admitted');
  });

  test('an answer that is fresh is used', async () => {
    const { state, call } = setUp();
    await call('ann');
    state.error = storeUnavailable;
    expect(await call('ann')).toBe('admitted');
    expect(await call('ben')).toBe('revocations_unavailable');
  });

  test('`admit` admits but those known to be revoked, and logs each', async () => {
    const { state, call } = setUp({ whenUnavailable: 'admit' });
    state.notBefore = ISSUED_AT + 1;
    expect(await call('ann')).toBe('token_revoked');
    state.error = storeUnavailable;
    state.nowMs += 5_000;
    expect([await call('ann'), await call('ann'), await call('ben')]).toEqual([
      'token_revoked',
      'token_revoked',
      'admitted',
    ]);
    const logged = state.lines.map((line) => JSON.parse(line) as { level: number; subject: string; msg: string });
    expect(logged.map(({ level, subject }) => [level, subject])).toEqual([
      [40, 'ann'],
      [40, 'ann'],
      [40, 'ben'],
    ]);
    expect(logged[0]?.msg).toBe('revocations are unavailable: what was last known of the caller decides');
  });

  test('an error that is no outage, such as a missing permission, admits nobody', async () => {
    const { state, call } = setUp({ whenUnavailable: 'admit' });
    state.error = new Error('AccessDeniedException');
    expect(await call('ann')).toBe('Error: AccessDeniedException');
  });
});

/** Bytes in use once everything else is collected. */
function heapUsed() {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** FULL=1 has 10,000. */
const CALLERS = process.env['FULL'] === '1' ? 10_000 : 2_000;

test(`${CALLERS} callers a second cost ${CALLERS / 5} reads a second, and their answers 10 MB at most, however many there were`, async () => {
  const { state, call } = setUp();
  let reads = 0;
  const before = heapUsed();
  for (let second = 0; second < 10; second += 1) {
    for (let caller = 0; caller < CALLERS; caller += 1) await call(`caller ${caller}`);
    reads += state.reads.length;
    state.reads = [];
    state.nowMs += 1_000;
  }
  expect(reads / 10).toBe(CALLERS / 5);
  for (let caller = 0; caller < 1.5 * CALLERS; caller += 1) await call(`another ${caller}`);
  state.reads = [];
  expect(heapUsed() - before).toBeLessThan(10_000_000);
  await call('caller 1');
  expect(state.reads).toHaveLength(1);
}, 60_000);
