import { describe, expect, test } from '@jest/globals';
import type { Api } from '../../../harness/test-api.js';
import { signJwt } from '../../../harness/issuer.js';
import { openTarget } from '../../../harness/http-target.js';
import { header } from './forge.js';

const target = openTarget();
const now = Math.floor(Date.now() / 1000);

const tokens: [string, (api: Api) => string][] = [
  ['an access token', ({ customers }) => customers.accessToken()],
  ['an ID token', ({ customers }) => customers.idToken()],
  [
    'unknown claims',
    ({ customers }) =>
      customers.accessToken({
        'custom:size': 30,
        nested: { deep: [1, { x: null }] },
        version: 2,
        __proto__: undefined,
      }),
  ],
  ['a user name in Greek and an emoji', ({ customers }) => customers.accessToken({ username: 'Γιώργος 🙂' })],
  [
    'a user name in escapes',
    ({ customers }) =>
      signJwt(
        header(customers),
        JSON.stringify(customers.accessClaims()).replace('"regular"', '"\\u0072egular"'),
        customers.key,
      ),
  ],
  [
    'a claim name in escapes',
    ({ customers }) =>
      signJwt(
        header(customers),
        JSON.stringify(customers.accessClaims()).replace('"exp"', '"\\u0065xp"'),
        customers.key,
      ),
  ],
  [
    '60 groups',
    ({ customers }) =>
      customers.accessToken({ 'cognito:groups': Array.from({ length: 60 }, (_, at) => `group-${at}`) }),
  ],
  ['no groups', ({ customers }) => customers.accessToken({ 'cognito:groups': [] })],
  ['a fractional expiry', ({ customers }) => customers.accessToken({ exp: now + 600.5 })],
  ['a fractional time of issue', ({ customers }) => customers.accessToken({ iat: now - 0.25 })],
  [
    'times in exponents',
    ({ customers }) =>
      signJwt(
        header(customers),
        JSON.stringify(customers.accessClaims()).replace(/"exp":\d+/, '"exp":4e9'),
        customers.key,
      ),
  ],
  ['an issuer whose clock is 4 s ahead', ({ customers }) => customers.accessToken({ iat: now + 4, nbf: now + 4 })],
  ['a not-before in the past', ({ customers }) => customers.accessToken({ nbf: now - 60 })],
  ['typ JWT', ({ customers }) => signJwt(header(customers, { typ: 'JWT' }), customers.accessClaims(), customers.key)],
  ['typ jwt', ({ customers }) => signJwt(header(customers, { typ: 'jwt' }), customers.accessClaims(), customers.key)],
  [
    'typ at+JWT',
    ({ customers }) => signJwt(header(customers, { typ: 'at+JWT' }), customers.accessClaims(), customers.key),
  ],
  [
    'white space around its JSON',
    ({ customers }) =>
      signJwt(
        ` ${JSON.stringify(header(customers), null, 2)}\n`,
        `\t${JSON.stringify(customers.accessClaims(), null, 2)} `,
        customers.key,
      ),
  ],
  [
    'its members in another order',
    ({ customers }) =>
      signJwt(
        { alg: 'RS256', kid: customers.key.kid },
        Object.fromEntries(Object.entries(customers.accessClaims()).reverse()),
        customers.key,
      ),
  ],
  [
    'a jku, which is ignored',
    ({ customers }) =>
      signJwt(
        header(customers, { jku: customers.pool.jwksUri, x5u: 'https://example.com' }),
        customers.accessClaims(),
        customers.key,
      ),
  ],
  ['an audience in an access token', ({ customers }) => customers.accessToken({ aud: 'https://api.example.com' })],
  ['7 KB of claims', ({ customers }) => customers.accessToken({ 'custom:text': 'x'.repeat(5_000) })],
  ['exactly 8,192 characters', ({ customers }) => lengthened(customers.accessToken.bind(customers), 8_192)],
];

/** A token of exactly `length` characters. */
function lengthened(make: (claims: object) => string, length: number) {
  const base = make({ pad: '' }).length;
  for (let pad = Math.floor(((length - base) * 3) / 4) - 3; ; pad += 1) {
    const token = make({ pad: 'x'.repeat(pad) });
    if (token.length === length) return token;
    if (token.length > length) throw new Error(`No token has ${length} characters`);
  }
}

test.each(tokens)('%s is accepted, at first sight and from the cache', async (_name, token) => {
  const sent = token(target.api);
  expect([(await target.get(sent)).status, (await target.get(sent)).status]).toEqual([200, 200]);
});

describe('the header', () => {
  test.each(['Bearer ', 'bearer ', 'BEARER ', 'bEaReR ', 'Bearer  ', 'Bearer          ', `Bearer${' '.repeat(4_000)}`])(
    '%j',
    async (scheme) => {
      const { status } = await target.call({
        headers: [['Authorization', scheme + target.api.customers.accessToken()]],
      });
      expect(status).toBe(200);
    },
  );

  test.each(['authorization', 'AUTHORIZATION', 'AuThOrIzAtIoN'])('named %s', async (name) => {
    const { status } = await target.call({ headers: [[name, `Bearer ${target.api.customers.accessToken()}`]] });
    expect(status).toBe(200);
  });

  test('with white space around its value', async () => {
    const answer = await target.raw(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: \t Bearer ${target.api.customers.accessToken()} \t \r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test('HEAD with a good token is answered', async () => {
  const { status, body } = await target.call({
    method: 'HEAD',
    headers: [['Authorization', `Bearer ${target.api.customers.accessToken()}`]],
  });
  expect([status, body]).toEqual([200, '']);
});

test('the claims of a token reach the handler unchanged', async () => {
  const groups = Array.from({ length: 60 }, (_, at) => `Gruppe ${at} ü`);
  const { body } = await target.get(
    target.api.customers.accessToken({ username: 'Γιώργος 🙂', 'cognito:groups': groups, exp: now + 600.5 }),
    '/me',
  );
  expect(JSON.parse(body)).toMatchObject({ username: 'Γιώργος 🙂', groups, expiresAt: now + 600.5, pool: 'customers' });
});
