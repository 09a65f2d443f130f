import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { createPoolKeys, type PoolKeys } from '../../../app/platform/auth/pool-keys.js';
import { createSigningKey, publicJwk, startIssuer, type Issuer } from '../../harness/issuer.js';

let issuer: Issuer;
let keys: PoolKeys;
let clock: number;
let lines: { level: number; msg: string; reason?: string }[];

const log = pino({ base: null }, { write: (line) => lines.push(JSON.parse(line) as never) });

function start(refreshSeconds = 600) {
  keys = createPoolKeys({ pool: issuer.pool, refreshSeconds, log, now: () => clock });
  return keys;
}

const fresh = createSigningKey();

beforeAll(async () => {
  issuer = await startIssuer();
});
beforeEach(() => {
  Object.assign(issuer, { published: [issuer.key], fetches: 0, answer: undefined });
  clock = Date.now();
  lines = [];
});
afterEach(async () => {
  keys.close();
  // A fetch that is under way must not be counted for the next test.
  await keys.refresh();
});
afterAll(() => issuer.close());

/** The endpoint is down; fetches are counted nevertheless. */
function fail() {
  issuer.answer = (_request, response) => response.writeHead(500).end();
}

async function until(isSo: () => boolean) {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('fetching', () => {
  test('begins at load, and one fetch serves all requests that wait', async () => {
    start();
    const found = await Promise.all(Array.from({ length: 50 }, () => keys.getKey(issuer.key.kid)));
    expect(new Set(found).size).toBe(1);
    expect(found[0]?.asymmetricKeyType).toBe('rsa');
    expect(issuer.fetches).toBe(1);
  });

  test('a known key costs no fetch', async () => {
    await start().refresh();
    for (let i = 0; i < 100; i += 1) expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
    expect(issuer.fetches).toBe(1);
  });

  test('goes on in the background, and ends with close', async () => {
    start(0.02);
    await until(() => issuer.fetches >= 3);
    keys.close();
    await keys.refresh();
    const { fetches } = issuer;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(issuer.fetches).toBe(fetches);
  });
});

describe('rotation', () => {
  test('a new key works at its first use, and the old one stays the very same object', async () => {
    await start().refresh();
    const old = keys.cachedKey(issuer.key.kid);
    issuer.published.push(fresh);
    expect(keys.cachedKey(fresh.kid)).toBeUndefined();
    expect(await keys.getKey(fresh.kid)).toBeDefined();
    expect(keys.cachedKey(issuer.key.kid)).toBe(old);
  });

  test('a new key works at its first use even when a fetch was sent before it was published', async () => {
    await start().refresh();
    let isAsked = false;
    issuer.answer = (_request, response) => {
      issuer.answer = undefined;
      isAsked = true;
      const before = JSON.stringify({ keys: issuer.published.map(publicJwk) });
      issuer.published.push(fresh);
      setImmediate(() => response.end(before));
    };
    const underWay = keys.refresh();
    await until(() => isAsked);
    expect(await keys.getKey(fresh.kid)).toBeDefined();
    await underWay;
    expect(issuer.fetches).toBe(3);
  });

  test('a key that left the JWKS is gone with the next refresh', async () => {
    issuer.published.push(fresh);
    await start().refresh();
    issuer.published.shift();
    await keys.refresh();
    expect(keys.cachedKey(issuer.key.kid)).toBeUndefined();
    expect(await keys.getKey(issuer.key.kid)).toBeUndefined();
  });

  test('another key under the same kid is another object', async () => {
    await start().refresh();
    const old = keys.cachedKey(issuer.key.kid);
    issuer.published = [{ ...fresh, kid: issuer.key.kid }];
    await keys.refresh();
    expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
    expect(keys.cachedKey(issuer.key.kid)).not.toBe(old);
  });
});

describe('an outage', () => {
  test('leaves known keys as they are, and is never "no such key"', async () => {
    await start().refresh();
    fail();
    await keys.refresh();
    expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
    await expect(keys.getKey('unknown')).rejects.toMatchObject({ status: 503, code: 'keys_unavailable' });
  });

  test('at a cold start is 503 until the endpoint is back', async () => {
    fail();
    start();
    await expect(keys.getKey(issuer.key.kid)).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    issuer.answer = undefined;
    clock += 500;
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
  });

  test('at a cold start causes two fetches a second at most, however many call', async () => {
    fail();
    start();
    for (let i = 0; i < 200; i += 1) {
      clock += 10;
      await keys.getKey(`made-up-${i}`).catch(() => undefined);
    }
    expect(issuer.fetches).toBeLessThanOrEqual(5);
  });

  test('is one line in the log when it begins and one when it ends', async () => {
    await start().refresh();
    fail();
    for (let i = 0; i < 5; i += 1) await keys.refresh();
    issuer.answer = undefined;
    for (let i = 0; i < 5; i += 1) await keys.refresh();
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [40, 'signing keys could not be fetched'],
      [30, 'signing keys are back'],
    ]);
    expect(lines[0]?.reason).toContain('500');
  });
});

describe('the ceiling for stale keys while the endpoint is down', () => {
  const HOUR = 3_600_000;

  /** Goes on refreshing for so many hours, in vain. */
  async function wait(hours: number) {
    for (let hour = 0; hour < hours; hour += 1) {
      clock += HOUR;
      await keys.refresh();
    }
  }

  test('is 24 hours: until then a known key serves, from then on calls are 503', async () => {
    await start().refresh();
    const begin = clock;
    fail();
    await wait(23);
    clock = begin + 24 * HOUR - 1;
    await keys.refresh();
    expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
    clock += 1;
    expect(keys.cachedKey(issuer.key.kid)).toBeUndefined();
    await expect(keys.getKey(issuer.key.kid)).rejects.toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect(keys.cachedKey(issuer.key.kid)).toBeUndefined();
  });

  test('holds after a freeze without a refresh in between', async () => {
    await start().refresh();
    fail();
    clock += 24 * HOUR;
    await expect(keys.getKey(issuer.key.kid)).rejects.toMatchObject({ status: 503 });
  });

  test('is what the options say', async () => {
    keys = createPoolKeys({ pool: issuer.pool, refreshSeconds: 600, maxStaleSeconds: 3_600, log, now: () => clock });
    await keys.refresh();
    fail();
    clock += HOUR - 1;
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
    clock += 1;
    await expect(keys.getKey(issuer.key.kid)).rejects.toMatchObject({ status: 503 });
  });

  test('counts from the last successful fetch', async () => {
    await start().refresh();
    await wait(30);
    fail();
    await wait(23);
    expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
  });

  test('is one line in the log, and the key is back with the endpoint', async () => {
    await start().refresh();
    fail();
    await wait(30);
    issuer.answer = undefined;
    clock += HOUR;
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
    expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [40, 'signing keys could not be fetched'],
      [50, 'signing keys are too old to be used'],
      [30, 'signing keys are back'],
    ]);
  });

  test('once reached, causes two fetches a second at most, however many call', async () => {
    await start().refresh();
    fail();
    await wait(25);
    const before = issuer.fetches;
    for (let i = 0; i < 200; i += 1) {
      clock += 10;
      await keys.getKey(issuer.key.kid).catch(() => undefined);
    }
    expect(issuer.fetches - before).toBeLessThanOrEqual(5);
  });
});

describe('made-up kids', () => {
  /** Asks for `count` made-up kids, one after another, spread evenly over `seconds`. */
  async function flood(count: number, seconds: number) {
    for (let i = 0; i < count; i += 1) {
      clock += (seconds * 1000) / count;
      expect(await keys.getKey(`made-up-${i}`)).toBeUndefined();
    }
  }

  test('cause no more than 12 fetches a minute, the first one included', async () => {
    start();
    await flood(3_000, 60);
    expect(issuer.fetches).toBeLessThanOrEqual(12);
    const before = issuer.fetches;
    await flood(3_000, 60);
    expect(issuer.fetches - before).toBeLessThanOrEqual(12);
  });

  test('cannot delay a genuine new key for more than 10 s', async () => {
    start();
    await flood(1_000, 30);
    issuer.published.push(fresh);
    let waited = 0;
    while ((await keys.getKey(fresh.kid)) === undefined) {
      await flood(20, 0.2);
      waited += 0.2;
      expect(waited).toBeLessThan(10);
    }
  });

  test('do not affect known keys', async () => {
    await start().refresh();
    const key = keys.cachedKey(issuer.key.kid);
    await flood(500, 1);
    expect(keys.cachedKey(issuer.key.kid)).toBe(key);
  });

  test('cause neither more nor fewer fetches when the clock is set back', async () => {
    await start().refresh();
    clock -= 86_400_000;
    await flood(100, 1);
    clock += 8_000;
    issuer.published.push(fresh);
    expect(await keys.getKey(fresh.kid)).toBeDefined();
    expect(issuer.fetches).toBeLessThanOrEqual(6);
  });
});

describe('after a freeze', () => {
  test('a key is not used before one new fetch, which serves all requests', async () => {
    await start().refresh();
    clock += 3_600_000;
    expect(keys.cachedKey(issuer.key.kid)).toBeUndefined();
    const found = await Promise.all(Array.from({ length: 20 }, () => keys.getKey(issuer.key.kid)));
    expect(found.every((key) => key !== undefined)).toBe(true);
    expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
    expect(issuer.fetches).toBe(2);
  });

  test('a key that was removed meanwhile is not used', async () => {
    issuer.published.push(fresh);
    await start().refresh();
    issuer.published.shift();
    clock += 3_600_000;
    expect(await keys.getKey(issuer.key.kid)).toBeUndefined();
  });

  test('in an outage the known key is still used', async () => {
    await start().refresh();
    fail();
    clock += 3_600_000;
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
    expect(keys.cachedKey(issuer.key.kid)).toBeDefined();
  });
});
