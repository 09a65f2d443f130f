import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { startPoolKeys, type KeyOptions, type TrustedPool } from '../../../app/platform/auth/pool-keys.js';
import { createVerifier } from '../../../app/platform/auth/verifier.js';
import { parseCarriedKeys } from '../../../app/platform/config/carried-keys-setting.js';
import { carriedBy, createSigningKey, signJwt, startIssuer, type Issuer } from '../../harness/issuer.js';
import { header } from './attacks/forge.js';

const HOUR = 3_600_000;

let customers: Issuer;
let staff: Issuer;
let clock: number;
let lines: { level: number; msg: string }[];
let trusted: TrustedPool[];

const log = pino({ base: null }, { write: (line) => lines.push(JSON.parse(line) as never) });
const now = () => clock;
const successor = createSigningKey();

beforeAll(async () => {
  [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
});
beforeEach(() => {
  for (const issuer of [customers, staff]) Object.assign(issuer, { published: [issuer.key], answer: undefined });
  clock = Date.now();
  lines = [];
});
afterEach(async () => {
  for (const { keys } of trusted) {
    keys.close();
    await keys.refresh();
  }
});
afterAll(() => Promise.all([customers.close(), staff.close()]));

/** A process that starts now, with the keys that COGNITO_KEYS holds. */
function start(json: string, issuers = [customers], options: Partial<KeyOptions> = {}) {
  const pools = issuers.map(({ pool }) => pool);
  const { keys: carried, problems } = parseCarriedKeys(json, pools);
  expect(problems).toEqual([]);
  trusted = startPoolKeys(pools, { refreshSeconds: 600, log, now, carried, ...options });
  const [keys, ofStaff] = trusted.map((each) => each.keys) as [TrustedPool['keys'], TrustedPool['keys']];
  return { keys, ofStaff, verifier: createVerifier({ pools: trusted, tokenCacheSize: 10, now }) };
}

function fail(issuer: Issuer) {
  issuer.answer = (_request, response) => response.writeHead(500).end();
}

const outcomeOf = async (verify: () => unknown) => {
  try {
    await verify();
    return 'accepted';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('carried keys', () => {
  test('verify the first call without waiting for anything', () => {
    const { verifier } = start(carriedBy(customers));
    expect(verifier.verify(customers.accessToken())).toMatchObject({ pool: 'customers' });
  });

  test('are looked up as soon as what is under way is done', async () => {
    const counts = { keyFetches: 0, keyFetchFailures: 0 };
    start(carriedBy(customers), [customers], { counts });
    expect(counts.keyFetches).toBe(0);
    await setImmediate();
    expect(counts.keyFetches).toBe(1);
  });

  test('are not looked up by a process that ends before', async () => {
    const counts = { keyFetches: 0, keyFetchFailures: 0 };
    const { keys } = start(carriedBy(customers), [customers], { counts });
    keys.close();
    await setImmediate();
    expect(counts.keyFetches).toBe(0);
  });

  test('are looked up in the background, and stay the very same while they are published', async () => {
    const { keys, verifier } = start(carriedBy(customers));
    const key = keys.cachedKey(customers.key.kid);
    const token = customers.accessToken();
    await verifier.verify(token);
    customers.published.push(successor);
    await keys.refresh();
    expect(keys.cachedKey(customers.key.kid)).toBe(key);
    expect(keys.cachedKey(successor.kid)).toBeDefined();
    expect(verifier.cached(token)).toBeDefined();
    expect(lines).toEqual([]);
  });

  test('that have left the JWKS are refused after the look-up, and so is every token that they verified', async () => {
    const json = carriedBy(customers);
    customers.published = [successor];
    const { keys, verifier } = start(json);
    const token = customers.accessToken();
    expect(await outcomeOf(() => verifier.verify(token))).toBe('accepted');
    expect(verifier.cached(token)).toBeDefined();
    await keys.refresh();
    expect(verifier.cached(token)).toBeUndefined();
    expect(await outcomeOf(() => verifier.verify(token))).toBe('key_unknown');
    const renewed = signJwt({ kid: successor.kid, alg: 'RS256' }, customers.accessClaims(), successor);
    expect(await outcomeOf(() => verifier.verify(renewed))).toBe('accepted');
    await keys.refresh();
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'carried signing keys have left the JWKS: deploy to replace them',
        pool: 'customers',
        kids: [customers.key.kid],
      }),
    ]);
  });

  test('give way to another key of the same kid', async () => {
    const json = carriedBy(customers);
    const other = { ...successor, kid: customers.key.kid };
    customers.published = [other];
    const { keys, verifier } = start(json);
    await keys.refresh();
    expect(await outcomeOf(() => verifier.verify(customers.accessToken()))).toBe('signature');
    expect(lines).toMatchObject([{ level: 40, kids: [other.kid] }]);
  });

  test('do not keep a key that is not carried from its first use', async () => {
    const json = carriedBy(customers);
    customers.published.push(successor);
    const { verifier } = start(json);
    const token = signJwt({ kid: successor.kid, alg: 'RS256' }, customers.accessClaims(), successor);
    expect(await outcomeOf(() => verifier.verify(token))).toBe('accepted');
  });

  test('are used without a look-up no longer than fetched ones, where a freeze keeps it from ending', () => {
    const { keys } = start(carriedBy(customers));
    const begin = clock;
    clock = begin + 604_999;
    expect(keys.cachedKey(customers.key.kid)).toBeDefined();
    clock = begin + 605_000;
    expect(keys.cachedKey(customers.key.kid)).toBeUndefined();
  });
});

describe('a look-up that was frozen with the process', () => {
  test.each([
    [2_999, 1, ['signing keys could not be fetched']],
    [3_000, 2, []],
  ])('for %i ms causes %i fetches and these lines: %j', async (ms, fetches, messages) => {
    customers.fetches = 0;
    customers.answer = (_request, response) => {
      clock += ms;
      customers.answer = undefined;
      response.destroy();
    };
    const counts = { keyFetches: 0, keyFetchFailures: 0 };
    const { keys } = start(carriedBy(customers), [customers], { counts });
    await keys.refresh();
    expect(customers.fetches).toBe(fetches);
    expect(lines.map(({ msg }) => msg)).toEqual(messages);
    expect(counts).toEqual({ keyFetches: fetches, keyFetchFailures: messages.length });
    expect(keys.cachedKey(customers.key.kid)).toBeDefined();
  });
});

describe('carried keys of a process that starts while the endpoint is down', () => {
  test('work from the first call on, with a warning in the log', async () => {
    fail(customers);
    const { keys, verifier } = start(carriedBy(customers));
    const [token, later] = [customers.accessToken(), customers.accessToken()];
    expect(await outcomeOf(() => verifier.verify(token))).toBe('accepted');
    await keys.refresh();
    clock += 19_999;
    expect(await outcomeOf(() => verifier.verify(later))).toBe('accepted');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'signing keys could not be fetched',
        pool: 'customers',
        keys: 'carried',
        reason: 'the endpoint answered 500, not 200',
      }),
    ]);
  });

  test('never make an unknown kid a refusal', async () => {
    fail(customers);
    const { verifier } = start(carriedBy(customers));
    const token = signJwt({ kid: successor.kid, alg: 'RS256' }, customers.accessClaims(), successor);
    expect(await outcomeOf(() => verifier.verify(token))).toBe('keys_unavailable');
  });

  test.each([
    ['24 hours', {}, 24 * HOUR],
    ['as long as the options say', { maxStaleSeconds: 3_600 }, HOUR],
  ])('work for %s after the start, whatever their age, and from then on calls are 503', async (_name, options, ms) => {
    fail(customers);
    const { keys, verifier } = start(carriedBy(customers), [customers], options);
    const begin = clock;
    const token = () => customers.accessToken({ exp: begin / 1000 + 100_000 });
    await keys.refresh();
    clock = begin + ms - 1;
    const last = token();
    expect(await outcomeOf(() => verifier.verify(last))).toBe('accepted');
    expect(verifier.cached(last)).toBeDefined();
    clock = begin + ms;
    expect(verifier.cached(last)).toBeUndefined();
    await expect((async () => verifier.verify(last))()).rejects.toMatchObject({
      status: 503,
      code: 'keys_unavailable',
      headers: { 'Retry-After': '1' },
    });
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [40, 'signing keys could not be fetched'],
      [50, 'signing keys are too old to be used'],
    ]);
    customers.answer = undefined;
    clock += 500;
    expect(await outcomeOf(() => verifier.verify(token()))).toBe('accepted');
  });
});

describe("one pool's carried keys never verify another's tokens", () => {
  const asStaff = () => ({ iss: staff.pool.issuer, client_id: staff.clientId });
  /** A token of `claimed`, with the kid that its header names, signed by somebody's key. */
  const forged = (claimed: Issuer, signer: Issuer) => signJwt(header(claimed), claimed.accessClaims(), signer.key);

  test('whose keys are not carried and whose endpoint is down: 503', async () => {
    fail(staff);
    const { verifier } = start(carriedBy(customers), [customers, staff]);
    expect(await outcomeOf(() => verifier.verify(customers.accessToken(asStaff())))).toBe('keys_unavailable');
    expect(await outcomeOf(() => verifier.verify(customers.accessToken()))).toBe('accepted');
  });

  test('whose keys are not carried and whose endpoint is up', async () => {
    const { verifier } = start(carriedBy(customers), [customers, staff]);
    expect(await outcomeOf(() => verifier.verify(customers.accessToken(asStaff())))).toBe('key_unknown');
  });

  test.each(['before the look-up', 'after it'])('with the same kid in both, %s', async (when) => {
    const kid = customers.key.kid;
    const key = { ...staff.key, kid };
    staff.published = [key];
    const [first, second] = [customers, { ...staff, key }];
    const { keys, ofStaff, verifier } = start(carriedBy(first, second), [customers, staff]);
    if (when === 'after it') await Promise.all([keys.refresh(), ofStaff.refresh()]);
    expect(keys.cachedKey(kid)).not.toBe(ofStaff.cachedKey(kid));
    for (const [claimed, signer] of [
      [first, second],
      [second, first],
    ] as const) {
      expect(await outcomeOf(() => verifier.verify(forged(claimed, signer)))).toBe('signature');
      expect(await outcomeOf(() => verifier.verify(forged(claimed, claimed)))).toBe('accepted');
    }
  });
});
