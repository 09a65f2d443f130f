import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { allowOrigins, corsHeaders } from '../../../app/platform/http/cors.js';
import type { Route } from '../../../app/platform/http/route.js';

const ALLOWED = ['authorization', 'content-type', 'traceparent'];
const EXPOSED = ['retry-after', 'www-authenticate', 'x-request-id'];

test('without routes pages may send and read the headers of every API of ours', () => {
  expect(corsHeaders([])).toEqual({ allowHeaders: ALLOWED, exposeHeaders: EXPOSED });
  expect(corsHeaders([{}])).toEqual({ allowHeaders: ALLOWED, exposeHeaders: EXPOSED });
});

test('the headers of routes come on top, in lower case, each once and by name', () => {
  const headers = corsHeaders([
    { idempotent: true, responseHeaders: { 201: ['Location', 'ETag'] } },
    { ifMatch: 'required', requestHeaders: ['X-Api-Version', 'AUTHORIZATION'] },
    { idempotent: true, ifMatch: 'required', responseHeaders: { 200: ['ETag'], 303: ['X-Total'] } },
  ]);
  expect(headers).toEqual({
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'traceparent', 'x-api-version'],
    exposeHeaders: ['etag', 'location', 'retry-after', 'www-authenticate', 'x-request-id', 'x-total'],
  });
});

test('a preflight of a listed origin is answered with what the routes have, for 600 s', async () => {
  const routes = ['GET', 'POST', 'GET'].map((method) => ({ method, path: '/a' })) as unknown as Route[];
  const app = express().use(allowOrigins(['https://a.example', 'https://b.example'], routes));
  const preflight = (origin: string) =>
    request(app).options('/a').set('Origin', origin).set('Access-Control-Request-Method', 'POST');
  const { status, headers } = await preflight('https://b.example');
  expect(status).toBe(204);
  expect(headers).toMatchObject({
    'access-control-allow-origin': 'https://b.example',
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': ALLOWED.join(','),
    'access-control-expose-headers': EXPOSED.join(','),
    'access-control-max-age': '600',
  });
  expect((await preflight('https://c.example')).headers).not.toHaveProperty('access-control-allow-origin');
});

test('a caller without an origin passes by it, and caches are told that the answer varies', async () => {
  const app = express()
    .use(allowOrigins(['https://a.example'], []))
    .use((_request, response) => void response.sendStatus(204));
  const { status, headers } = await request(app).get('/a');
  expect([status, headers['vary']]).toEqual([204, 'Origin']);
  expect(headers).not.toHaveProperty('access-control-expose-headers');
  const page = await request(app).get('/a').set('Origin', 'https://a.example');
  expect(page.headers).toMatchObject({ vary: 'Origin', 'access-control-allow-origin': 'https://a.example' });
});
