import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import type request from 'supertest';
import { cursorAfter } from '../../../app/platform/dynamodb/cursor.js';
import { customers, staff } from '../../../app/api/access.js';
import type { Caller } from '../../harness/api-under-test.js';
import { startApi } from '../api.js';

let api: Awaited<ReturnType<typeof startApi>>;
let chef: Caller;
let customer: Caller;
beforeAll(async () => {
  api = await startApi();
  chef = api.as(staff, 'chefs');
  customer = api.as(customers);
});
afterAll(() => api.close());

const post = () => chef.post('/pizzas');
const get = (path: string) => customer.get(path);
const send = (body: string | Buffer, type = 'application/json') =>
  post()
    .set('Content-Type', type)
    .serialize((sent: unknown) => sent as string)
    .send(body);
const fields = ({ errors = [] }: { errors?: { field: string }[] }) => errors.map(({ field }) => field);

describe('an invalid body', () => {
  const deep = '['.repeat(50_000) + ']'.repeat(49_000);
  const closed = '['.repeat(40_000) + ']'.repeat(40_000);
  const overlong = Buffer.from('{"name":"\xc0\xaf"}', 'latin1');

  test.each<[string, () => request.Test, number, string, string[]]>([
    ['an empty body', () => send(''), 400, 'body_malformed', []],
    ['no body at all', () => post().set('Content-Type', 'application/json'), 400, 'body_malformed', []],
    ['trailing garbage', () => send('{"name":"x"} x'), 400, 'body_malformed', []],
    ['two values', () => send('{"name":"x"}{"name":"y"}'), 400, 'body_malformed', []],
    ['a body that ends early', () => send('{"name":"x"'), 400, 'body_malformed', []],
    ['bytes that are no UTF-8', () => send(overlong), 400, 'body_malformed', []],
    ['UTF-16', () => send(Buffer.from('{"name":"x"}', 'utf16le')), 400, 'body_malformed', []],
    ['brackets without end', () => send(deep), 400, 'body_malformed', []],
    ['1 MB', () => send(`{"name":"${'x'.repeat(1_000_000)}"}`), 413, 'body_too_large', []],
    ['a form', () => send('name=x', 'application/x-www-form-urlencoded'), 415, 'media_type_unsupported', []],
    ['a kind of JSON', () => send('{"name":"x"}', 'application/merge-patch+json'), 415, 'media_type_unsupported', []],
    [
      'another charset',
      () => send('{"name":"x"}', 'application/json; charset=utf-16'),
      415,
      'media_type_unsupported',
      [],
    ],
    [
      'compressed',
      () => send(gzipSync('{"name":"x"}')).set('Content-Encoding', 'gzip'),
      415,
      'media_type_unsupported',
      [],
    ],
    ['null', () => send('null'), 422, 'input_invalid', ['']],
    ['a text', () => send('"pizza"'), 422, 'input_invalid', ['']],
    ['a list', () => send('[{"name":"x"}]'), 422, 'input_invalid', ['']],
    ['deep nesting', () => send(closed), 422, 'input_invalid', ['']],
    ['deep nesting where a text belongs', () => send(`{"name":${closed}}`), 422, 'input_invalid', ['/name']],
    ['no member', () => send('{}'), 422, 'input_invalid', ['/name']],
    ['wrong types', () => send('{"name":1,"toppings":"ham"}'), 422, 'input_invalid', ['/name', '/toppings']],
    [
      'wrong items',
      () => send('{"name":"x","toppings":["ham",1,null,""]}'),
      422,
      'input_invalid',
      ['/toppings/1', '/toppings/2', '/toppings/3'],
    ],
    ['a blank name', () => send('{"name":" \\t "}'), 422, 'input_invalid', ['/name']],
    ['half a character', () => send('{"name":"\\ud83c"}'), 422, 'input_invalid', ['/name']],
    ['a null character', () => send('{"name":"x\\u0000"}'), 422, 'input_invalid', ['/name']],
    ['101 characters', () => send(`{"name":"${'🍕'.repeat(101)}"}`), 422, 'input_invalid', ['/name']],
    [
      '21 toppings',
      () => send(`{"name":"x","toppings":${JSON.stringify(Array(21).fill('ham'))}}`),
      422,
      'input_invalid',
      ['/toppings'],
    ],
    [
      'unknown members, and others that fail',
      () => send('{"id":"1","createdBy":"me","toppings":1,"a/b~c":1}'),
      422,
      'input_invalid',
      ['/name', '/toppings', '/id', '/createdBy', '/a~1b~0c'],
    ],
    [
      'members of the prototype',
      () => send('{"name":"x","__proto__":{"admin":true},"constructor":1,"toString":1}'),
      422,
      'input_invalid',
      ['/__proto__', '/constructor', '/toString'],
    ],
    ['only a prototype', () => send('{"__proto__":{"name":"x"}}'), 422, 'input_invalid', ['/name', '/__proto__']],
  ])('%s is refused, and nothing is stored', async (_what, call, status, code, failing) => {
    const response = await call();
    expect([response.status, response.body.code, fields(response.body)]).toEqual([status, code, failing]);
    expect((await get('/pizzas')).body).toEqual({ items: [], next: null });
  });

  test('at most 100 errors are named', async () => {
    const { body } = await send(
      JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [index, 0]))),
    );
    expect(body.errors).toHaveLength(100);
  });

  test('what a body may be is stored as it was sent: 100 astral characters, JSON in any format', async () => {
    const name = '🍕'.repeat(100);
    const { status, body, headers } = await send(
      ` {"toppings":["ham"],"name":"${name}"}\n`,
      'Application/JSON; charset="UTF-8"',
    );
    expect([status, body.name, body.toppings, body.createdBy]).toEqual([201, name, ['ham'], chef.subject]);
    expect((await get(String(headers['location']))).body).toEqual(body);
    expect(Object.getPrototypeOf({})).not.toHaveProperty('admin');
  });
});

describe('a page with an invalid query', () => {
  const cursor = cursorAfter('pizzas', '019a0000-0000-7000-8000-000000000000');
  const foreign = Buffer.from(JSON.stringify({ pk: 'order', sk: 'x' })).toString('base64url');

  test.each([
    ['limit=0', ['limit']],
    ['limit=101', ['limit']],
    ['limit=-1', ['limit']],
    ['limit=1e1', ['limit']],
    ['limit=', ['limit']],
    ['limit=1&limit=2', ['limit']],
    ['limit=%31%00', ['limit']],
    ['cursor=', ['cursor']],
    ['cursor=1&limit=x', ['limit', 'cursor']],
    ['cursor=019a0000-0000-7000-8000-000000000000', ['cursor']],
    [`cursor=${foreign}`, ['cursor']],
    [`cursor=${cursor.slice(0, -1)}`, ['cursor']],
    [`cursor=${cursor}A`, ['cursor']],
    [`cursor=${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`, ['cursor']],
    [`cursor=${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`, ['cursor']],
    ['offset=5&__proto__=1', ['offset', '__proto__']],
  ])('%s is 422 and says which parameter', async (query, failing) => {
    const { status, body } = await get(`/pizzas?${query}`);
    expect([status, body.code, fields(body)]).toEqual([422, 'input_invalid', failing]);
  });

  test('a cursor is valid although its pizza does not exist', async () => {
    const { status, body } = await get(`/pizzas?cursor=${cursor}`);
    expect([status, body]).toEqual([200, { items: [], next: null }]);
  });
});

test.each([
  '019a0000-0000-7000-8000-000000000000',
  'x',
  '%00',
  '..%2f..%2fme',
  '123e4567-e89b-42d3-a456-426614174000',
  '__proto__',
])('there is no pizza %s', async (id) => {
  const { status, body } = await get(`/pizzas/${id}`);
  expect([status, body.code]).toEqual([404, 'not_found']);
});

/** FULL=1 calls 200 times at once. */
const CALLS = process.env['FULL'] === '1' ? 200 : 50;

describe('Idempotency-Key', () => {
  const add = (key: string, name = 'Once') => post().set('Idempotency-Key', key).send({ name });

  test(`${CALLS} concurrent POSTs make one pizza and get equal responses`, async () => {
    const before = (await get('/pizzas?limit=100')).body.items.length;
    const responses = await Promise.all(Array.from({ length: CALLS }, () => add('one')));
    expect(new Set(responses.map(({ status, text, headers }) => `${status} ${text} ${headers['location']}`)).size).toBe(
      1,
    );
    expect(responses[0]?.status).toBe(201);
    expect((await get('/pizzas?limit=100')).body.items).toHaveLength(before + 1);
  }, 60_000);

  test('the same body in another format is the same body; another is refused', async () => {
    const first = await add('two');
    const again = await send('{ "toppings": [], "name": "Onc\\u0065" }').set('Idempotency-Key', 'two');
    expect([again.status, again.body]).toEqual([201, first.body]);
    const other = await add('two', 'Twice');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test.each(['', 'a b', 'ü', 'x'.repeat(256)])('the key %j is refused', async (key) => {
    const { status, body } = await add(key);
    expect([status, body.code, fields(body)]).toEqual([422, 'input_invalid', ['idempotency-key']]);
  });
});
