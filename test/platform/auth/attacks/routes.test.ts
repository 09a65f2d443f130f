import { expect, test } from '@jest/globals';
import { product } from '../../../harness/fixture-api/product.js';
import { openTarget } from '../../../harness/http-target.js';

const target = openTarget();

test('a machine is admitted by its scope alone', async () => {
  const token = target.api.staff.accessToken({
    username: undefined,
    sub: 'client',
    scope: `${product.name}/items.write`,
  });
  const item = { method: 'POST', path: '/items', body: '{"name":"a"}' };
  const headers: [string, string][] = [
    ['Authorization', `Bearer ${token}`],
    ['Content-Type', 'application/json'],
  ];
  expect([(await target.get(token, '/me')).status, (await target.call({ ...item, headers })).status]).toEqual([
    403, 201,
  ]);
});

test('a cached token is checked against the rules of each route', async () => {
  const token = target.api.staff.accessToken();
  const [welcome, me] = [await target.get(token, '/'), await target.get(token, '/me')];
  expect([welcome.status, me.status, (await target.get(token, '/')).status]).toEqual([403, 200, 403]);
});

test('two hundred concurrent calls, every other one with an expired token, are never mixed up', async () => {
  const { customers: issuer } = target.api;
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const username = `user-${at}`;
      const token = issuer.accessToken(at % 2 === 0 ? { username } : { username, exp: 1 });
      const { status, body } = await target.get(token, '/me');
      return at % 2 === 0
        ? status === 200 && (JSON.parse(body) as { username: string }).username === username
        : status === 401;
    }),
  );
  expect(answers).not.toContain(false);
});

test('what is wrong with a token is in the log; the caller reads one response, and of a genuine token that it has expired', async () => {
  const { customers: issuer, staff: other, lines } = target.api;
  const forge = (token: string) => `${token.split('.').slice(0, 2).join('.')}.${other.accessToken().split('.')[2]}`;
  const tokens = {
    forged: forge(issuer.accessToken()),
    foreignIssuer: issuer.accessToken({ iss: 'https://example.com' }),
    forgedAndExpired: forge(issuer.accessToken({ exp: 1 })),
    expired: issuer.accessToken({ exp: 1 }),
  };
  lines.length = 0;
  const answers = [];
  for (const token of Object.values(tokens)) {
    const { status, body, challenge } = await target.get(token, '/me');
    const { instance: _instance, ...problem } = JSON.parse(body) as Record<string, unknown>;
    answers.push({ status, problem, challenge });
  }

  const logged = lines.map((line) => JSON.parse(line) as { reason: string; code: string });
  expect(logged.map(({ code, reason }) => [code, reason])).toEqual([
    ['token_invalid', 'signature'],
    ['token_invalid', 'issuer'],
    ['token_invalid', 'signature'],
    ['token_expired', 'expired'],
  ]);
  const log = lines.join('');
  const pieces = Object.values(tokens).flatMap((token) => token.match(/.{8}/gs) ?? []);
  expect(pieces.filter((piece) => log.includes(piece))).toEqual([]);

  const [forged, foreignIssuer, forgedAndExpired, expired] = answers;
  expect(forged).toMatchObject({ status: 401, problem: { code: 'token_invalid' } });
  expect([foreignIssuer, forgedAndExpired]).toEqual([forged, forged]);
  const detail = 'The token has expired: sign in again, or refresh it.';
  expect(expired).toMatchObject({ status: 401, problem: { code: 'token_expired', detail } });
});
