import { gzipSync } from 'node:zlib';
import type { Call } from './http-exchange.js';

/** Whose token a call carries. */
export type Caller = 'nobody' | 'customer' | 'chef' | 'machine' | 'unknown issuer';

export interface Row extends Call {
  readonly name: string;
  readonly as?: Caller;
  /** What AWS makes of the path before a function sees it; set where that changes the call. */
  readonly changedByGateway?: true;
}

const json = { 'content-type': 'application/json' };
const item = JSON.stringify({ name: 'First', tags: ['new'] });
const post = { method: 'POST', path: '/items', as: 'chef', headers: json } as const;

/** The calls whose responses must be the same locally and in Lambda. */
export const rows: readonly Row[] = [
  { name: 'the health of the API', path: '/health' },
  { name: 'the welcome', path: '/', as: 'customer' },
  { name: 'the caller, a customer', path: '/me', as: 'customer' },
  { name: 'the caller, a chef', path: '/me', as: 'chef' },
  { name: 'the caller, a machine', path: '/me', as: 'machine' },
  { name: 'an item added by a chef', ...post, body: item },
  { name: 'an item added by a machine', ...post, as: 'machine', body: item },
  { name: 'a page of items', path: '/items?limit=1', as: 'customer' },
  { name: 'an item that does not exist', path: '/items/none', as: 'customer' },

  { name: 'no token', path: '/' },
  { name: 'a token of another pool', path: '/', as: 'chef' },
  { name: 'a token of an issuer that is not trusted', path: '/', as: 'unknown issuer' },
  { name: 'a token that meets no rule', ...post, as: 'customer', body: item },
  { name: 'credentials of another scheme', path: '/', headers: { authorization: 'Basic eDp5' } },
  { name: 'credentials sent twice', path: '/', headers: { authorization: ['Bearer a', 'Bearer b'] } },
  { name: 'nonsense for a token', path: '/me', headers: { authorization: 'Bearer nonsense' } },
  { name: 'a token of 9 KB', path: '/me', headers: { authorization: `Bearer ${'x'.repeat(9000)}` } },

  { name: 'an empty body', ...post, body: '' },
  { name: 'no body at all', ...post, headers: {} },
  { name: 'a body that is no JSON', ...post, body: '{' },
  { name: 'a body that fails the schema', ...post, body: '{"tags":[1]}' },
  { name: 'a body that is a list', ...post, body: '[]' },
  { name: 'a body of text', ...post, headers: { 'content-type': 'text/plain' }, body: 'text' },
  { name: 'a body without a type', ...post, headers: {}, body: item },
  { name: 'a form', ...post, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=x' },
  { name: 'bytes', ...post, headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from([0, 255, 128]) },
  { name: 'JSON after a byte order mark', ...post, body: `\ufeff${item}` },
  {
    name: 'JSON in UTF-8, said so',
    ...post,
    headers: { 'content-type': 'application/json; charset="utf-8"' },
    body: item,
  },
  {
    name: 'JSON in UTF-16',
    ...post,
    headers: { 'content-type': 'application/json; charset=utf-16' },
    body: Buffer.from(item, 'utf16le'),
  },
  { name: 'JSON of a kind', ...post, headers: { 'content-type': 'application/x+json' }, body: item },
  { name: 'compressed JSON', ...post, headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(item) },
  { name: 'JSON that says it is compressed', ...post, headers: { ...json, 'content-encoding': 'gzip' }, body: item },
  { name: 'an unknown compression', ...post, headers: { ...json, 'content-encoding': 'x' }, body: item },
  { name: 'unicode in a body', ...post, body: '{"name":"Item λ 世界 🎈"}' },
  { name: 'a body of 5 MB', ...post, body: JSON.stringify({ name: 'x'.repeat(5_000_000) }) },
  {
    name: 'a body of 5 MB without a token',
    ...post,
    as: 'nobody',
    body: JSON.stringify({ name: 'x'.repeat(5_000_000) }),
  },
  {
    name: 'bytes of 4 MB',
    ...post,
    headers: { 'content-type': 'image/png' },
    body: Buffer.alloc(4_000_000, 255),
  },

  { name: 'a query key twice', path: '/items?limit=1&limit=2', as: 'customer' },
  { name: 'a query that is out of range', path: '/items?limit=0', as: 'customer' },
  { name: 'a query with encoded characters', path: '/items?limit=1&cursor=%2F%20%CE%BB+x', as: 'customer' },
  { name: 'a question mark and nothing', path: '/health?' },
  { name: 'cookies', path: '/health', headers: { cookie: 'a=1; b=2' } },

  { name: 'a space in the path', path: '/items/a%20b', as: 'customer' },
  { name: 'unicode in the path', path: '/items/%CE%BB%E4%B8%96', as: 'customer' },
  { name: 'a hash in the path', path: '/items/a%23b', as: 'customer' },
  { name: 'a slash in an id', path: '/items/a%2Fb', as: 'customer', changedByGateway: true },
  { name: 'a question mark in an id', path: '/health%3Fx', changedByGateway: true },
  { name: 'a percent sign in an id', path: '/items/100%25', as: 'customer', changedByGateway: true },
  { name: 'a path that does not decode', path: '/items/%E0%A4%A', as: 'customer', changedByGateway: true },
  { name: 'two slashes', path: '//health' },
  { name: 'dots', path: '/items/../health' },

  { name: 'HEAD', method: 'HEAD', path: '/health' },
  { name: 'HEAD of what is guarded', method: 'HEAD', path: '/' },
  { name: 'HEAD with a token', method: 'HEAD', path: '/', as: 'customer' },
  { name: 'OPTIONS', method: 'OPTIONS', path: '/items' },
  {
    name: 'a preflight',
    method: 'OPTIONS',
    path: '/items',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
  },
  { name: 'an idempotency key', ...post, headers: { ...json, 'idempotency-key': 'once' }, body: item },
  { name: 'a malformed idempotency key', ...post, headers: { ...json, 'idempotency-key': 'a b' }, body: item },
  { name: 'items of a name, by an index', path: '/items?name=First&limit=1', as: 'customer' },
  { name: 'a call from another origin', path: '/health', headers: { origin: 'https://shop.example' } },
  { name: 'an unknown path', path: '/nowhere' },
  { name: 'an unknown path with a token', path: '/nowhere', as: 'customer' },
  { name: 'another letter case', path: '/Health' },
  { name: 'a slash too many', path: '/health/' },
  { name: 'another method', method: 'DELETE', path: '/items' },
  { name: 'another method with a body', method: 'PUT', path: '/', headers: json, body: item },
  { name: 'a rare method of HTTP', method: 'PROPFIND', path: '/health' },
];
