import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Allow } from '../../../app/platform/auth/access-rules.js';
import { createGuard } from '../../../app/platform/auth/guard.js';
import * as refusals from '../../../app/platform/auth/auth-problems.js';
import { Problem } from '../../../app/platform/http/problem.js';
import { handleErrors } from '../../../app/platform/http/errors.js';
import pino from 'pino';
import { openTarget } from '../../harness/http-target.js';

const target = openTarget();

/** RFC 6750 section 3: auth-param values that hold no quote and no backslash, each attribute once. */
function parse(challenge = '') {
  const [scheme, rest] = [challenge.slice(0, 6), challenge.slice(7)];
  expect(scheme).toBe('Bearer');
  const pairs = Array.from(
    rest.matchAll(/([a-z_]+)="([\x20-\x21\x23-\x5B\x5D-\x7E]*)"(?:, |$)/g),
    ([, name = '', value = '']) => [name, value],
  );
  expect(pairs.map(([name, value]) => `${name}="${value}"`).join(', ')).toBe(rest);
  expect(new Set(pairs.map(([name]) => name)).size).toBe(pairs.length);
  return Object.fromEntries(pairs) as Record<string, string>;
}

test('without credentials the challenge names the realm and no error (section 3.1)', async () => {
  const { status, challenge } = await target.call({});
  expect([status, challenge]).toEqual([401, 'Bearer realm="pizza-api"']);
});

test('with a scheme that is not Bearer neither', async () => {
  const { status, challenge } = await target.call({ headers: [['Authorization', 'Basic YTpi']] });
  expect([status, challenge]).toEqual([401, 'Bearer realm="pizza-api"']);
});

test('a malformed request is 400 invalid_request', async () => {
  const { status, challenge } = await target.call({ headers: [['Authorization', 'Bearer a b']] });
  expect([status, parse(challenge)['error']]).toEqual([400, 'invalid_request']);
});

test('a bad token is 401 invalid_token', async () => {
  const { status, challenge } = await target.get('a.b.c');
  expect([status, parse(challenge)['error']]).toEqual([401, 'invalid_token']);
});

test('too little privilege is 403 insufficient_scope, with the scope that would do', async () => {
  const { status, challenge } = await target.call({
    method: 'POST',
    path: '/pizzas',
    headers: [['Authorization', `Bearer ${target.api.staff.accessToken()}`]],
  });
  expect([status, parse(challenge)]).toEqual([
    403,
    {
      realm: 'pizza-api',
      error: 'insufficient_scope',
      error_description: expect.any(String),
      scope: 'pizza-api/pizzas.write',
    },
  ]);
});

test('a token never comes back, whatever is wrong with it', async () => {
  const { customers } = target.api;
  const secrets = [customers.accessToken({ exp: 1 }), 'tell"me', 'x"y\\"', `${customers.accessToken()}"`, 'a.b.c"'];
  for (const secret of secrets) {
    const { body, headers } = await target.get(secret);
    expect(body + JSON.stringify(headers)).not.toContain(secret);
    expect(Object.keys(parse(headers['www-authenticate']))).toEqual(['realm', 'error', 'error_description']);
  }
  expect(target.api.lines.join('')).not.toContain('tell');
});

test.each(['"', '\\', '\u00e9', '\u{1F355}', '\', error="x"', '\t', '\x7f', '\x00\r\nX-Injected: 1'])(
  '%j cannot break out of the quotes',
  async (text) => {
    const token = target.api.customers.accessToken({ iss: text, sub: text, scope: text });
    const { challenge, headers } = await target.get(token);
    expect(parse(challenge)['error']).toBe('invalid_token');
    expect(headers['x-injected']).toBeUndefined();
  },
);

test('nothing else answers with a challenge', async () => {
  const answers = await Promise.all([
    target.call({ path: '/health' }),
    target.call({ path: '/nowhere' }),
    target.call({ method: 'DELETE' }),
  ]);
  expect(answers.map(({ status, challenge }) => [status, challenge])).toEqual([
    [200, undefined],
    [404, undefined],
    [405, undefined],
  ]);
});

test('every refusal of a token says what to mend, in the alphabet of the RFC', () => {
  const all = Object.values(refusals).filter((refusal) => refusal instanceof Problem);
  expect(all.length).toBeGreaterThan(10);
  const described = all.filter(({ status, code }) => status !== 503 && code !== 'token_missing');
  for (const { headers } of described) expect(parse(headers['WWW-Authenticate'])['error_description']).toMatch(/\.$/);
  expect(refusals.keysUnavailable.headers).toEqual({ 'Retry-After': '1' });
});

describe('the scopes of a challenge', () => {
  const scopesFor = async (allow: Allow, token: string) => {
    const log = pino({ level: 'silent' });
    const guard = createGuard({ pools: target.api.trusted });
    const app = express()
      .get('/', guard(allow), (_request, response) => void response.end())
      .use(handleErrors(log));
    const { headers } = await request(app).get('/').set('Authorization', `Bearer ${token}`);
    return parse(headers['www-authenticate'])['scope'];
  };

  test.each<[string, Allow, string | undefined]>([
    ['one', [{ pool: 'customers', scopes: ['a/b'] }], 'a/b'],
    [
      'all, each once',
      [
        { pool: 'customers', scopes: ['a', 'b'] },
        { pool: 'customers', scopes: ['b', 'c'] },
      ],
      'a b c',
    ],
    ["none of another pool's", [{ pool: 'staff', scopes: ['a'] }], undefined],
    ['none where none would help', [{ pool: 'customers', groups: ['chefs'] }], undefined],
    [
      'those of the caller beside those of groups',
      [
        { pool: 'customers', groups: ['chefs'] },
        { pool: 'customers', scopes: ['a'] },
      ],
      'a',
    ],
  ])('%s', async (_name, allow, scope) => {
    expect(await scopesFor(allow, target.api.customers.accessToken())).toBe(scope);
  });
});
