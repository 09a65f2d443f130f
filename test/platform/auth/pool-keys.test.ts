import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { createPoolKeys, startPoolKeys, type PoolKeys } from '../../../app/platform/auth/pool-keys.js';
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
  const giveUpAt = performance.now() + 3_000;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error('It did not happen within 3 s');
    await new Promise((resolve) => setImmediate(resolve));
  }
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

describe('refreshing', () => {
  const cachedAfter = (ms: number, since: number) => {
    clock = since + ms;
    return keys.cachedKey(issuer.key.kid) !== undefined;
  };

  test('may be 5 s late before requests wait for it', async () => {
    await start().refresh();
    const begin = clock;
    expect([cachedAfter(604_999, begin), cachedAfter(605_000, begin)]).toEqual([true, false]);
  });

  test('is tried again after 15 s while the endpoint is down', async () => {
    await start().refresh();
    fail();
    await keys.refresh();
    const begin = clock;
    expect([cachedAfter(19_999, begin), cachedAfter(20_000, begin)]).toEqual([true, false]);
  });

  test('is tried again as often as keys are refreshed, where that is more often', async () => {
    await start(2).refresh();
    fail();
    await keys.refresh();
    const begin = clock;
    expect([cachedAfter(6_999, begin), cachedAfter(7_000, begin)]).toEqual([true, false]);
  });

  test('that is due at this moment is waited for, even after made-up kids have used up their fetches', async () => {
    await start(1).refresh();
    for (let i = 0; i < 5; i += 1) await keys.getKey(`made-up-${i}`);
    const { fetches } = issuer;
    clock += 6_000;
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
    expect(issuer.fetches).toBe(fetches + 1);
  });

  test('leaves no line in the log while all is well', async () => {
    await start().refresh();
    await keys.refresh();
    expect(lines).toEqual([]);
  });

  test('is counted, and so are failures', async () => {
    const counts = { keyFetches: 0, keyFetchFailures: 0 };
    keys = createPoolKeys({ pool: issuer.pool, refreshSeconds: 600, log, counts });
    await keys.refresh();
    fail();
    await keys.refresh();
    await keys.refresh();
    expect(counts).toEqual({ keyFetches: 3, keyFetchFailures: 2 });
  });

  test('of all pools begins at once', async () => {
    const other = await startIssuer('staff');
    const trusted = startPoolKeys([issuer.pool, other.pool], { refreshSeconds: 600, log });
    expect(trusted.map(({ pool }) => pool)).toEqual([issuer.pool, other.pool]);
    const found = await Promise.all(trusted.map(({ keys: own }, at) => own.getKey([issuer, other][at]?.key.kid ?? '')));
    expect(found).toEqual([expect.anything(), expect.anything()]);
    expect([issuer.fetches, other.fetches]).toEqual([1, 1]);
    for (const { keys: own } of trusted) own.close();
    await other.close();
  });
});

describe('a request that waits for a fetch', () => {
  /** A fetch that is under way when the key is published, and takes so many milliseconds by the clock. */
  async function fetchUnderWay(ms: number) {
    await start().refresh();
    let isAsked = false;
    issuer.answer = (_request, response) => {
      issuer.answer = undefined;
      isAsked = true;
      const before = JSON.stringify({ keys: issuer.published.map(publicJwk) });
      issuer.published = [...issuer.published, fresh];
      setImmediate(() => {
        clock += ms;
        response.end(before);
      });
    };
    void keys.refresh();
    await until(() => isAsked);
  }

  test('asks for another one within 400 ms', async () => {
    await fetchUnderWay(399);
    expect(await keys.getKey(fresh.kid)).toBeDefined();
    expect(issuer.fetches).toBe(3);
  });

  test('does not after 400 ms: it is answered as that fetch says', async () => {
    await fetchUnderWay(400);
    expect(await keys.getKey(fresh.kid)).toBeUndefined();
    expect(issuer.fetches).toBe(2);
  });

  test('shares that other one with all who wait, however many', async () => {
    await fetchUnderWay(1);
    const found = await Promise.all(Array.from({ length: 10 }, () => keys.getKey(fresh.kid)));
    expect(found.every((key) => key !== undefined)).toBe(true);
    expect(issuer.fetches).toBe(3);
  });

  test('asks for no other one for a key that is there', async () => {
    start();
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
    expect(issuer.fetches).toBe(1);
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

  test('at a cold start is over with the first attempt after 500 ms', async () => {
    fail();
    start();
    await keys.refresh();
    issuer.answer = undefined;
    clock += 499;
    await expect(keys.getKey(issuer.key.kid)).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(issuer.fetches).toBe(1);
    clock += 1;
    expect(await keys.getKey(issuer.key.kid)).toBeDefined();
  });

  test('at a cold start is one line in the log, of keys that could not be fetched', async () => {
    fail();
    await start().refresh();
    await keys.refresh();
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'signing keys could not be fetched',
        pool: issuer.pool.name,
        jwksUri: issuer.pool.jwksUri,
        reason: 'the endpoint answered 500, not 200',
      }),
    ]);
  });

  test('of an endpoint that nobody listens at has a reason in the log', async () => {
    const closed = await startIssuer();
    await closed.close();
    const jwksUri = closed.pool.jwksUri.replace('127.0.0.1', 'localhost');
    keys = createPoolKeys({ pool: { ...closed.pool, jwksUri }, refreshSeconds: 600, log });
    await keys.refresh();
    expect(lines).toMatchObject([{ reason: expect.stringContaining('ECONNREFUSED') }]);
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
    expect(lines[1]).toMatchObject({ pool: issuer.pool.name, maxStaleSeconds: 86_400 });
    expect(lines[2]).toMatchObject({ pool: issuer.pool.name });
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

  test('cause 3 fetches at once, and one more every 8 s', async () => {
    await start().refresh();
    const fetchesAfter = async (seconds: number) => {
      const before = issuer.fetches;
      clock += seconds * 1000;
      for (let i = 0; i < 10; i += 1) await keys.getKey(`made-up-${i}`);
      return issuer.fetches - before;
    };
    expect(await fetchesAfter(0)).toBe(3);
    expect(await fetchesAfter(7.999)).toBe(0);
    expect(await fetchesAfter(0.001)).toBe(1);
    // What is left of a period counts for the next one.
    expect(await fetchesAfter(12)).toBe(1);
    expect(await fetchesAfter(4)).toBe(1);
    expect(await fetchesAfter(16)).toBe(2);
    // With all of them left, a period begins with the next fetch.
    expect(await fetchesAfter(404)).toBe(3);
    expect(await fetchesAfter(7.999)).toBe(0);
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
