import { describe, expect, test } from '@jest/globals';
import express from 'express';
import pino from 'pino';
import request from 'supertest';
import {
  handleErrors,
  handleNotFound,
  handleOtherMethods,
  methodNotAllowed,
} from '../../../app/platform/http/errors.js';
import { Problem } from '../../../app/platform/http/problem.js';

/** An app whose `GET /` throws the error, and what it wrote to the log. */
function appThatThrows(error: unknown) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  const app = express()
    .use((request, _response, next) => {
      request.id = 'the-id';
      request.routeKey = 'GET /';
      next();
    })
    .get('/', () => {
      throw error;
    })
    .use(handleNotFound)
    .use(handleErrors({ log, realm: 'test' }));
  return { app, lines };
}

const typed = (type: string) => Object.assign(new Error('x'), { type });
const zlib = (code: unknown) => Object.assign(new Error('x'), { code });

describe('what is thrown becomes a problem', () => {
  test.each<[string, unknown, number, string, string]>([
    [
      'a path that does not decode',
      new URIError('x'),
      400,
      'path_malformed',
      'The path is not valid percent-encoded UTF-8.',
    ],
    ['a body above the limit', typed('entity.too.large'), 413, 'body_too_large', 'The body is larger than 100 kB.'],
    ['a body that ends early', typed('request.aborted'), 400, 'body_malformed', 'The body ended early.'],
    [
      'a body of another length',
      typed('request.size.invalid'),
      400,
      'body_malformed',
      'The length of the body is not what Content-Length says.',
    ],
    [
      'a body in an encoding',
      typed('encoding.unsupported'),
      415,
      'media_type_unsupported',
      'The body has a Content-Encoding that this API does not read.',
    ],
    [
      "an error of zlib's",
      zlib('Z_DATA_ERROR'),
      400,
      'body_malformed',
      'The body is not compressed in the way that Content-Encoding says.',
    ],
  ])('%s', async (_name, error, status, code, detail) => {
    const { app, lines } = appThatThrows(error);
    const response = await request(app).get('/');
    expect([response.status, response.body]).toEqual([
      status,
      expect.objectContaining({ status, code, detail, instance: 'the-id' }),
    ]);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers).not.toHaveProperty('www-authenticate');
    expect(lines).toEqual([]);
  });

  test.each<[string, unknown, object]>([
    ['an error', new TypeError('secret'), { name: 'TypeError', message: 'secret' }],
    ['an error of another type', typed('other'), { message: 'x' }],
    ['an error with another code', zlib('ECONNRESET'), { message: 'x' }],
    ['an error with a number for a code', zlib(1), { message: 'x' }],
    ['an error with a code that only ends like zlib', zlib('AZ_'), { message: 'x' }],
    ['a text', 'secret', { name: 'Error', message: 'secret' }],
  ])('%s that nobody expected is a 500, and whole in the log', async (_name, error, logged) => {
    const { app, lines } = appThatThrows(error);
    const { status, body } = await request(app).get('/');
    expect([status, body]).toEqual([
      500,
      {
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        code: 'internal',
        detail: 'Something went wrong on our side: give the request id to the operators of this API.',
        instance: 'the-id',
      },
    ]);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 50,
        msg: 'unexpected error',
        requestId: 'the-id',
        route: 'GET /',
        error: expect.objectContaining({ ...logged, stack: expect.stringContaining('errors.test') }),
      }),
    ]);
  });
});

test.each([
  ['bare', '', 'Bearer realm="test"'],
  ['with an error', 'error="invalid_token"', 'Bearer realm="test", error="invalid_token"'],
])('a challenge is sent with the realm, %s', async (_name, challenge, expected) => {
  const headers = { 'Retry-After': '1' };
  const { app } = appThatThrows(new Problem({ status: 401, code: 'a', detail: 'b', challenge, headers }));
  expect((await request(app).get('/')).headers).toMatchObject({ 'www-authenticate': expected, 'retry-after': '1' });
});

test('an unknown path is 404', async () => {
  const { status, body } = await request(appThatThrows(undefined).app).get('/nowhere');
  expect([status, body.code, body.detail]).toEqual([404, 'not_found', 'There is nothing at this path.']);
});

test('an error after the response has begun ends the connection', async () => {
  const app = express()
    .get('/', (_request, response) => {
      response.write('begun');
      throw new Error('too late');
    })
    .use(handleErrors({ log: pino({ level: 'silent' }), realm: 'test' }));
  await expect(request(app).get('/')).rejects.toThrow('socket hang up');
});

describe('another method', () => {
  const app = (...methods: string[]) =>
    express()
      .all('/', handleOtherMethods(methods))
      .use(handleErrors({ log: pino({ level: 'silent' }), realm: 'test' }));

  test.each([
    [['GET', 'POST', 'GET'], 'GET, POST, HEAD, OPTIONS'],
    [['POST'], 'POST, OPTIONS'],
  ])('than %j is 405 and lists what there is, as OPTIONS does', async (methods, allow) => {
    const refused = await request(app(...methods)).delete('/');
    expect([refused.status, refused.body.code, refused.headers['allow']]).toEqual([405, 'method_not_allowed', allow]);
    const options = await request(app(...methods)).options('/');
    expect([options.status, options.text, options.headers['allow']]).toEqual([204, '', allow]);
  });

  test('is told in words as well', () => {
    expect(methodNotAllowed('GET, OPTIONS').message).toBe('This path has the methods GET, OPTIONS.');
  });
});
