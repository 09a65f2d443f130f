import { describe, expect, test } from '@jest/globals';
import express from 'express';
import pino from 'pino';
import request from 'supertest';
import type { Allow } from '../../../../app/platform/auth/access-rules.js';
import * as authProblems from '../../../../app/platform/auth/auth-problems.js';
import { createGuard } from '../../../../app/platform/auth/guard.js';
import { defineAccess } from '../../../../app/platform/contract/pools.js';
import { handleErrors } from '../../../../app/platform/http/errors.js';
import { Problem } from '../../../../app/platform/http/problem.js';
import { product } from '../../../harness/fixture-api/product.js';
import { openTarget } from '../../../harness/http-target.js';

const target = openTarget();
const REALM = `Bearer realm="${product.name}"`;

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
  expect([status, challenge]).toEqual([401, REALM]);
});

test('nor with a scheme other than Bearer', async () => {
  const { status, challenge } = await target.call({ headers: [['Authorization', 'Basic YTpi']] });
  expect([status, challenge]).toEqual([401, REALM]);
});

test('a malformed request is 400 invalid_request', async () => {
  const { status, challenge } = await target.call({ headers: [['Authorization', 'Bearer a b']] });
  expect([status, parse(challenge)['error']]).toEqual([400, 'invalid_request']);
});

test('a bad token is 401 invalid_token', async () => {
  const { status, challenge } = await target.get('a.b.c');
  expect([status, parse(challenge)['error']]).toEqual([401, 'invalid_token']);
});

test('too little privilege is 403 insufficient_scope, with the scope that would be enough', async () => {
  const { status, challenge } = await target.call({
    method: 'POST',
    path: '/items',
    headers: [['Authorization', `Bearer ${target.api.staff.accessToken()}`]],
  });
  expect([status, parse(challenge)]).toEqual([
    403,
    {
      realm: product.name,
      error: 'insufficient_scope',
      error_description: expect.any(String),
      scope: `${product.name}/items.write`,
    },
  ]);
});

test('a token never appears in a response or in the log, whatever is wrong with it', async () => {
  const { customers } = target.api;
  const secrets = [customers.accessToken({ exp: 1 }), 'tell"me', 'x"y\\"', `${customers.accessToken()}"`, 'a.b.c"'];
  for (const secret of secrets) {
    const { body, headers } = await target.get(secret);
    expect(body + JSON.stringify(headers)).not.toContain(secret);
    expect(Object.keys(parse(headers['www-authenticate']))).toEqual(['realm', 'error', 'error_description']);
  }
  const log = target.api.lines.join('');
  for (const secret of secrets) for (const segment of secret.split('.')) expect(log).not.toContain(segment + '.');
  expect(log).not.toContain('tell');
});

test.each(['"', '\\', '\u00e9', '\u{1F642}', '\', error="x"', '\t', '\x7f', '\x00\r\nX-Injected: 1'])(
  '%j cannot break out of the quotes',
  async (text) => {
    const token = target.api.customers.accessToken({ iss: text, sub: text, scope: text });
    const { challenge, headers } = await target.get(token);
    expect(parse(challenge)['error']).toBe('invalid_token');
    expect(headers['x-injected']).toBeUndefined();
  },
);

test('no other response carries a challenge', async () => {
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

describe('the problems of authentication', () => {
  const problems = Object.values(authProblems).filter((problem) => problem instanceof Problem);

  test('say what to fix, in the characters that RFC 6750 allows', () => {
    const described = problems.filter(({ status, code }) => status !== 503 && code !== 'token_missing');
    expect(described.length).toBeGreaterThan(12);
    for (const { message, challenge } of described) {
      expect(parse(`Bearer ${challenge}`)['error_description']).toBe(message);
      expect(message).toMatch(/\.$/);
    }
    expect(authProblems.keysUnavailable).toMatchObject({ headers: { 'Retry-After': '1' }, challenge: undefined });
  });

  test('have a reason each, which only the log shows', () => {
    const reasons = problems.map(({ reason = '' }) => reason);
    for (const reason of reasons) expect(reason).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    expect(new Set(reasons).size).toBe(problems.length);
    for (const problem of problems) expect(problem.toDocument('id')).not.toHaveProperty('reason');
  });

  test('do not tell which check a token failed that is forged, or of another pool or client', () => {
    const { signatureInvalid, keyUnknown, issuerUnknown, clientUnknown } = authProblems;
    const responses = [signatureInvalid, keyUnknown, issuerUnknown, clientUnknown].map((problem) => [
      problem.toDocument('id'),
      problem.challenge,
      problem.headers,
    ]);
    expect(new Set(responses.map((response) => JSON.stringify(response))).size).toBe(1);
  });
});

describe('the scopes of a challenge', () => {
  const { customers, staff } = defineAccess('api', {
    customers: { groups: { chefs: '' }, scopes: { a: '', b: '', c: '' } },
    staff: { scopes: { d: '' } },
  }).pools;

  const scopesFor = async (allow: Allow, token: string) => {
    const guard = createGuard({ pools: target.api.trusted });
    const app = express()
      .get('/', guard(allow), (_request, response) => void response.end())
      .use(handleErrors({ log: pino({ level: 'silent' }), realm: product.name }));
    const { status, headers } = await request(app).get('/').set('Authorization', `Bearer ${token}`);
    expect(status).toBe(403);
    return parse(headers['www-authenticate'])['scope'];
  };

  test.each<[string, Allow, string | undefined]>([
    ['one', [customers.scope('a')], 'api/a'],
    ['all, each once', [customers.scope('a', 'b'), customers.scope('b', 'c')], 'api/a api/b api/c'],
    ["none of another pool's", [staff.scope('d')], undefined],
    ["those of the caller's pool without those of another", [staff.scope('d'), customers.scope('a')], 'api/a'],
    ['none where none would help', [customers.group('chefs')], undefined],
    ['those of the caller beside those of groups', [customers.group('chefs'), customers.scope('a')], 'api/a'],
  ])('%s', async (_name, allow, scope) => {
    expect(await scopesFor(allow, target.api.customers.accessToken())).toBe(scope);
  });
});
