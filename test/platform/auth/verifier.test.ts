import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { createPool, type TokenUse } from '../../../app/platform/auth/pool.js';
import { startPoolKeys, type TrustedPool } from '../../../app/platform/auth/pool-keys.js';
import { createVerifier, type Verifier } from '../../../app/platform/auth/verifier.js';
import type { Problem } from '../../../app/platform/http/problem.js';
import { createSigningKey, signJwt, startIssuer, type Issuer } from '../../harness/issuer.js';
import { changeSegment, compact, header, hmac } from './attacks/forge.js';

const log = pino({ level: 'silent' });
const forger = createSigningKey();
let customers: Issuer;
let staff: Issuer;
let pools: TrustedPool[];
let verifier: Verifier;

beforeAll(async () => {
  [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  pools = startPoolKeys([customers.pool, staff.pool], { refreshSeconds: 600, log });
  await Promise.all(pools.map(({ keys }) => keys.refresh()));
  verifier = createVerifier({ pools });
});
afterAll(async () => {
  for (const { keys } of pools) keys.close();
  await Promise.all([customers.close(), staff.close()]);
});

/** The problem that the token is refused with. */
async function problemOf(token: string, verify = verifier): Promise<Problem> {
  try {
    await verify.verify(token);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('The token was accepted');
}

test('a token is verified at once while its key is known', () => {
  expect(verifier.verify(customers.accessToken())).toMatchObject({ pool: 'customers', username: 'regular' });
  expect(verifier.verify(staff.idToken())).toMatchObject({ pool: 'staff', tokenUse: 'id' });
});

test('a token whose key has to be fetched is verified when the key is there', async () => {
  const fresh = createSigningKey();
  const token = signJwt({ kid: fresh.kid, alg: 'RS256' }, staff.accessClaims(), fresh);
  staff.published.push(fresh);
  const result = verifier.verify(token);
  expect(result).toBeInstanceOf(Promise);
  expect(await result).toMatchObject({ pool: 'staff' });
  expect(verifier.verify(token)).toMatchObject({ pool: 'staff' });
});

test('nothing is cached unless asked for', () => {
  const caching = createVerifier({ pools, tokenCacheSize: 10 });
  const token = customers.accessToken();
  for (const each of [verifier, caching]) expect(each.cached(token)).toBeUndefined();
  const callers = [verifier, caching].map((each) => each.verify(token));
  expect([verifier.cached(token), caching.cached(token)]).toEqual([undefined, callers[1]]);
});

describe('the reason of a refusal, for the log alone', () => {
  const NOW = Math.floor(Date.now() / 1000);
  const refused: [reason: string, name: string, token: () => string, code?: string][] = [
    ['too_long', '8,193 characters', () => 'a'.repeat(8_193)],
    ['malformed', 'no token', () => 'a'],
    ['malformed', 'two segments', () => customers.accessToken().split('.').slice(0, 2).join('.')],
    ['malformed', 'a fourth segment', () => `${customers.accessToken()}.e30`],
    ['malformed', 'an empty fourth segment', () => `${customers.accessToken()}.`],
    ['malformed', 'a payload that is no object', () => signJwt(header(customers), '[]', customers.key)],
    ['malformed', 'no signature', () => changeSegment(customers.accessToken(), 2, () => '')],
    ['algorithm', 'none', () => signJwt(header(customers, { alg: 'none' }), customers.accessClaims(), customers.key)],
    [
      'algorithm',
      'HMAC with the client id',
      () => compact(header(customers, { alg: 'HS256' }), customers.accessClaims(), hmac('sha256', customers.clientId)),
    ],
    ['header', 'crit', () => signJwt(header(customers, { crit: [] }), customers.accessClaims(), customers.key)],
    ['header', 'another typ', () => signJwt(header(customers, { typ: 'x' }), customers.accessClaims(), customers.key)],
    ['header', 'no kid', () => signJwt({ alg: 'RS256' }, customers.accessClaims(), customers.key)],
    ['issuer', 'a foreign issuer', () => customers.accessToken({ iss: 'https://example.com' })],
    [
      'key_unknown',
      'an unknown kid',
      () => signJwt({ ...header(customers), kid: 'x' }, customers.accessClaims(), forger),
    ],
    ['key_unknown', "another pool's key", () => signJwt(header(staff), customers.accessClaims(), staff.key)],
    ['signature', 'a forged signature', () => signJwt(header(customers), customers.accessClaims(), forger)],
    ['claims', 'no subject', () => customers.accessToken({ sub: undefined })],
    ['claims', 'a token_use that does not exist', () => customers.accessToken({ token_use: 'refresh' })],
    ['client', 'a foreign client', () => customers.accessToken({ client_id: 'x' })],
    ['client', "another pool's client", () => customers.idToken({ aud: staff.clientId })],
    ['expired', 'an expired token', () => customers.accessToken({ exp: NOW - 1 }), 'token_expired'],
    ['not_yet_valid', 'a future token', () => customers.accessToken({ nbf: NOW + 60 }), 'token_not_yet_valid'],
  ];

  test.each(refused)('%s: %s', async (reason, _name, token, code = 'token_invalid') => {
    expect(await problemOf(token())).toMatchObject({ status: 401, code, reason });
  });

  test('a forged or foreign token is refused with the same words, whichever check it fails', async () => {
    const indistinguishable = refused.filter(([reason]) =>
      ['issuer', 'key_unknown', 'signature', 'client'].includes(reason),
    );
    const problems = await Promise.all(indistinguishable.map(([, , token]) => problemOf(token())));
    const responses = problems.map((problem) => [problem.toDocument('id'), problem.challenge, problem.headers]);
    expect(problems).toHaveLength(6);
    for (const response of responses) expect(response).toEqual(responses[0]);
  });

  test('a bad signature counts before the claims: what a forger claims is never read', async () => {
    const forged = signJwt(header(customers), customers.accessClaims({ exp: 1, client_id: 'x' }), forger);
    expect(await problemOf(forged)).toMatchObject({ reason: 'signature' });
  });
});

describe('a pool that accepts one kind of token', () => {
  const verifierFor = (tokenUse: TokenUse) => {
    const { name, userPoolId, clientIds, jwksUri } = customers.pool;
    const pool = createPool(name, { userPoolId, clientIds: [...clientIds], jwksUri, tokenUse: [tokenUse] });
    return createVerifier({ pools: [{ pool, keys: (pools[0] as TrustedPool).keys }] });
  };

  test('refuses ID tokens where it accepts access tokens', async () => {
    const accessOnly = verifierFor('access');
    expect(accessOnly.verify(customers.accessToken())).toMatchObject({ tokenUse: 'access' });
    expect(await problemOf(customers.idToken(), accessOnly)).toMatchObject({
      code: 'token_invalid',
      reason: 'token_use',
    });
  });

  test('refuses access tokens where it accepts ID tokens', async () => {
    const idOnly = verifierFor('id');
    expect(idOnly.verify(customers.idToken())).toMatchObject({ tokenUse: 'id' });
    expect(await problemOf(customers.accessToken(), idOnly)).toMatchObject({
      code: 'token_invalid',
      reason: 'token_use',
    });
  });
});
