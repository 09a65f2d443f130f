import { gzipSync } from 'node:zlib';
import type { Call } from './http-exchange.js';

/** Whose token a call carries. */
export type Caller = 'nobody' | 'customer' | 'chef' | 'machine' | 'stranger';

export interface Row extends Call {
  readonly name: string;
  readonly as?: Caller;
  /** What AWS makes of the path before a function sees it; set where that changes the call. */
  readonly changedByGateway?: true;
}

const json = { 'content-type': 'application/json' };
const pizza = JSON.stringify({ name: 'Margherita', toppings: ['basil'] });
const post = { method: 'POST', path: '/pizzas', as: 'chef', headers: json } as const;

/** The calls that must be answered alike on a laptop and in Lambda. */
export const rows: readonly Row[] = [
  { name: 'the health of the API', path: '/health' },
  { name: 'the welcome', path: '/', as: 'customer' },
  { name: 'the caller, a customer', path: '/me', as: 'customer' },
  { name: 'the caller, a chef', path: '/me', as: 'chef' },
  { name: 'the caller, a machine', path: '/me', as: 'machine' },
  { name: 'a pizza made by a chef', ...post, body: pizza },
  { name: 'a pizza made by a machine', ...post, as: 'machine', body: pizza },
  { name: 'a page of pizzas', path: '/pizzas?limit=1', as: 'customer' },
  { name: 'a pizza that is not there', path: '/pizzas/none', as: 'customer' },

  { name: 'no token', path: '/' },
  { name: 'a token of another pool', path: '/', as: 'chef' },
  { name: 'a token of an issuer that is not trusted', path: '/', as: 'stranger' },
  { name: 'a token without a rule', ...post, as: 'customer', body: pizza },
  { name: 'credentials of another scheme', path: '/', headers: { authorization: 'Basic eDp5' } },
  { name: 'credentials sent twice', path: '/', headers: { authorization: ['Bearer a', 'Bearer b'] } },
  { name: 'nonsense for a token', path: '/me', headers: { authorization: 'Bearer nonsense' } },
  { name: 'a token of 9 KB', path: '/me', headers: { authorization: `Bearer ${'x'.repeat(9000)}` } },

  { name: 'an empty body', ...post, body: '' },
  { name: 'no body at all', ...post, headers: {} },
  { name: 'a body that is no JSON', ...post, body: '{' },
  { name: 'a body that fails the schema', ...post, body: '{"toppings":[1]}' },
  { name: 'a body that is a list', ...post, body: '[]' },
  { name: 'a body of text', ...post, headers: { 'content-type': 'text/plain' }, body: 'pizza' },
  { name: 'a body without a type', ...post, headers: {}, body: pizza },
  { name: 'a form', ...post, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=x' },
  { name: 'bytes', ...post, headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from([0, 255, 128]) },
  { name: 'JSON after a byte order mark', ...post, body: `\ufeff${pizza}` },
  {
    name: 'JSON in UTF-8, said so',
    ...post,
    headers: { 'content-type': 'application/json; charset="utf-8"' },
    body: pizza,
  },
  {
    name: 'JSON in UTF-16',
    ...post,
    headers: { 'content-type': 'application/json; charset=utf-16' },
    body: Buffer.from(pizza, 'utf16le'),
  },
  { name: 'JSON of a kind', ...post, headers: { 'content-type': 'application/x+json' }, body: pizza },
  { name: 'compressed JSON', ...post, headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(pizza) },
  { name: 'JSON that says it is compressed', ...post, headers: { ...json, 'content-encoding': 'gzip' }, body: pizza },
  { name: 'a compression nobody knows', ...post, headers: { ...json, 'content-encoding': 'x' }, body: pizza },
  { name: 'unicode in a body', ...post, body: '{"name":"Pizza λ 世界 🍕"}' },
  { name: 'a body of 5 MB', ...post, body: JSON.stringify({ name: 'x'.repeat(5_000_000) }) },
  {
    name: 'a body of 5 MB from a stranger',
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

  { name: 'a query key twice', path: '/pizzas?limit=1&limit=2', as: 'customer' },
  { name: 'a query that is out of range', path: '/pizzas?limit=0', as: 'customer' },
  { name: 'a query with encoded characters', path: '/pizzas?limit=1&cursor=%2F%20%CE%BB+x', as: 'customer' },
  { name: 'a question mark and nothing', path: '/health?' },
  { name: 'cookies', path: '/health', headers: { cookie: 'a=1; b=2' } },

  { name: 'a space in the path', path: '/pizzas/four%20seasons', as: 'customer' },
  { name: 'unicode in the path', path: '/pizzas/%CE%BB%E4%B8%96', as: 'customer' },
  { name: 'a hash in the path', path: '/pizzas/a%23b', as: 'customer' },
  { name: 'a slash in an id', path: '/pizzas/a%2Fb', as: 'customer', changedByGateway: true },
  { name: 'a question mark in an id', path: '/health%3Fx', changedByGateway: true },
  { name: 'a percent sign in an id', path: '/pizzas/100%25', as: 'customer', changedByGateway: true },
  { name: 'a path that does not decode', path: '/pizzas/%E0%A4%A', as: 'customer', changedByGateway: true },
  { name: 'two slashes', path: '//health' },
  { name: 'dots', path: '/pizzas/../health' },

  { name: 'HEAD', method: 'HEAD', path: '/health' },
  { name: 'HEAD of what is guarded', method: 'HEAD', path: '/' },
  { name: 'HEAD with a token', method: 'HEAD', path: '/', as: 'customer' },
  { name: 'OPTIONS', method: 'OPTIONS', path: '/pizzas' },
  {
    name: 'a preflight',
    method: 'OPTIONS',
    path: '/pizzas',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
  },
  { name: 'a call from another origin', path: '/health', headers: { origin: 'https://shop.example' } },
  { name: 'an unknown path', path: '/nowhere' },
  { name: 'an unknown path with a token', path: '/nowhere', as: 'customer' },
  { name: 'another letter case', path: '/Health' },
  { name: 'a slash too many', path: '/health/' },
  { name: 'another method', method: 'DELETE', path: '/pizzas' },
  { name: 'another method with a body', method: 'PUT', path: '/', headers: json, body: pizza },
  { name: 'a method of HTTP nobody uses', method: 'PROPFIND', path: '/health' },
];
