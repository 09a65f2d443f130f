import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type Api } from '../../harness/test-api.js';

let api: Api;
let chef: string;
let customer: string;
beforeAll(async () => {
  api = await startApi({ remainingMs: () => 60_000 });
  chef = `Bearer ${api.staff.accessToken({ 'cognito:groups': ['chefs'] })}`;
  customer = `Bearer ${api.customers.accessToken()}`;
});
afterAll(() => api.close());

const post = () => request(api.app).post('/items').set('Authorization', chef);
const get = (path: string) => request(api.app).get(path).set('Authorization', customer);
const send = (body: string | Buffer, type = 'application/json') =>
  post()
    .set('Content-Type', type)
    .serialize((sent: unknown) => sent as string)
    .send(body);
const fields = ({ errors = [] }: { errors?: { field: string }[] }) => errors.map(({ field }) => field);

describe('an invalid body', () => {
  const unclosed = '['.repeat(50_000) + ']'.repeat(49_000);
  const nested = '['.repeat(40_000) + ']'.repeat(40_000);
  const overlong = Buffer.from('{"name":"\xc0\xaf"}', 'latin1');

  test.each<[string, () => request.Test, number, string]>([
    ['an empty body', () => send(''), 400, 'body_malformed'],
    ['no body at all', () => post().set('Content-Type', 'application/json'), 400, 'body_malformed'],
    ['trailing garbage', () => send('{"name":"x"} x'), 400, 'body_malformed'],
    ['two values', () => send('{"name":"x"}{"name":"y"}'), 400, 'body_malformed'],
    ['a body that ends early', () => send('{"name":"x"'), 400, 'body_malformed'],
    ['bytes that are not UTF-8', () => send(overlong), 400, 'body_malformed'],
    ['UTF-16', () => send(Buffer.from('{"name":"x"}', 'utf16le')), 400, 'body_malformed'],
    ['JSON after a byte order mark', () => send('\ufeff{"name":'), 400, 'body_malformed'],
    ['unclosed brackets', () => send(unclosed), 400, 'body_malformed'],
    ['more than 100 kB', () => send(`{"name":"${'x'.repeat(102_400)}"}`), 413, 'body_too_large'],
    ['1 MB', () => send(`{"name":"${'x'.repeat(1_000_000)}"}`), 413, 'body_too_large'],
    ['no type', () => post().set('Content-Type', '').send('{"name":"x"}'), 415, 'media_type_unsupported'],
    ['a form', () => send('name=x', 'application/x-www-form-urlencoded'), 415, 'media_type_unsupported'],
    ['another JSON type', () => send('{"name":"x"}', 'application/merge-patch+json'), 415, 'media_type_unsupported'],
    ['another charset', () => send('{"name":"x"}', 'application/json; charset=utf-16'), 415, 'media_type_unsupported'],
    ['compressed', () => send(gzipSync('{"name":"x"}')).set('Content-Encoding', 'gzip'), 415, 'media_type_unsupported'],
  ])('%s is refused before any schema, and nothing is stored', async (_what, call, status, code) => {
    const { body, ...response } = await call();
    expect([response.status, body.code, fields(body)]).toEqual([status, code, []]);
    expect((await get('/items')).body).toEqual({ items: [], next: null });
  });

  test.each<[string, string, string[]]>([
    ['null', 'null', ['']],
    ['a text', '"item"', ['']],
    ['a list', '[{"name":"x"}]', ['']],
    ['deep nesting', nested, ['']],
    ['deep nesting where a text belongs', `{"name":${nested}}`, ['/name']],
    ['no member', '{}', ['/name']],
    ['wrong types', '{"name":1,"tags":"new"}', ['/name', '/tags']],
    ['wrong items', '{"name":"x","tags":["new",1,null,""]}', ['/tags/1', '/tags/2', '/tags/3']],
    [
      'unknown members, and others that fail',
      '{"id":"1","createdBy":"me","tags":1,"a/b~c":1}',
      ['/name', '/tags', '/id', '/createdBy', '/a~1b~0c'],
    ],
    [
      'members of the prototype',
      '{"name":"x","__proto__":{"admin":true},"constructor":1,"toString":1}',
      ['/__proto__', '/constructor', '/toString'],
    ],
    ['only a prototype', '{"__proto__":{"name":"x"}}', ['/name', '/__proto__']],
    ["what the handler's own check refuses", JSON.stringify({ name: 'x', tags: Array(21).fill('new') }), ['/tags']],
  ])('%s is a 422 that names every field, and nothing is stored', async (_what, sent, failing) => {
    const { status, body } = await send(sent);
    expect([status, body.code, fields(body)]).toEqual([422, 'input_invalid', failing]);
    expect((await get('/items')).body).toEqual({ items: [], next: null });
    expect(Object.getPrototypeOf({})).not.toHaveProperty('admin');
  });

  test('100 errors at most are named', async () => {
    const { body } = await send(
      JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [index, 0]))),
    );
    expect(body.errors).toHaveLength(100);
  });
});

test('a valid body is stored as it was sent, whatever its white space, order and spelling of the type', async () => {
  const name = '🎈'.repeat(100);
  const { status, body, headers } = await send(
    ` {"tags":["new"],"name":"${name}"}\n`,
    'Application/JSON; charset="UTF-8"',
  );
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({ name, tags: ['new'], createdBy: api.staff.accessClaims()['sub'] }),
  ]);
  expect((await get(String(headers['location']))).body).toEqual(body);
});

test('a body of exactly 100 kB is read', async () => {
  const rest = '{"name":""}'.length;
  const { status } = await send(`{"name":"${'x'.repeat(102_400 - rest)}"}`);
  expect(status).toBe(422);
});

describe('a query', () => {
  test.each([
    ['limit=0', ['limit']],
    ['limit=101', ['limit']],
    ['limit=-1', ['limit']],
    ['limit=1e1', ['limit']],
    ['limit=', ['limit']],
    ['limit=1&limit=2', ['limit']],
    ['limit=%31%00', ['limit']],
    ['limit[]=1', ['limit[]']],
    ['cursor=&limit=x', ['limit', 'cursor']],
    ['offset=5&__proto__=1', ['offset', '__proto__']],
  ])('%s is a 422 that names the parameters', async (query, failing) => {
    const { status, body } = await get(`/items?${query}`);
    expect([status, body.code, fields(body)]).toEqual([422, 'input_invalid', failing]);
  });
});

test.each(['x', '%00', '..%2f..%2fme', '123e4567-e89b-42d3-a456-426614174000', '__proto__'])(
  'an id of another form, %s, is 404',
  async (id) => {
    const { status, body } = await get(`/items/${id}`);
    expect([status, body.code]).toEqual([404, 'not_found']);
  },
);

describe('Idempotency-Key', () => {
  const once = (key: string, name = 'Once') => post().set('Idempotency-Key', key).send({ name });

  test('the same input in another form is the same input; another is refused', async () => {
    const first = await once('one');
    const repeated = await send('{ "tags": [], "name": "Onc\\u0065" }').set('Idempotency-Key', 'one');
    expect([repeated.status, repeated.body, repeated.headers['location']]).toEqual([
      201,
      first.body,
      first.headers['location'],
    ]);
    const other = await once('one', 'Twice');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test.each(['', 'a b', 'ü', 'x'.repeat(256)])('the key %j is refused', async (key) => {
    const { status, body } = await once(key);
    expect([status, body.code, fields(body)]).toEqual([422, 'input_invalid', ['idempotency-key']]);
  });

  test('a route that does not take one ignores it', async () => {
    expect((await get('/items').set('Idempotency-Key', 'a b')).status).toBe(200);
  });
});
