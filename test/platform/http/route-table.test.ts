import { describe, expect, test } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { createRouteTable, type Endpoint } from '../../../app/platform/http/route-table.js';

const pass: RequestHandler = (_request, _response, next) => next();
/** Responds with the path of its endpoint and the parameters. */
const answer =
  (path: string): RequestHandler =>
  ({ params }, response) =>
    void response.json({ path, params });

const endpoint = (method: string, path: string, ...handlers: RequestHandler[]) =>
  ({ method, path, handlers: handlers.length > 0 ? handlers : [answer(path)] }) as Endpoint;

/** What the app sends where the table passes a request on, or an error. */
function appOf(...endpoints: Endpoint[]) {
  const app = express().use(createRouteTable(endpoints));
  app.use((_request, response) => void response.status(404).json('passed on'));
  const sendError: express.ErrorRequestHandler = (error: Error, _request, response, _next) =>
    void response.status(500).json(`${error.name}: ${error.message}`);
  return app.use(sendError);
}

describe('a path', () => {
  const app = appOf(
    endpoint('GET', '/'),
    endpoint('GET', '/a/{x}'),
    endpoint('GET', '/a/b'),
    endpoint('GET', '/{x}/b/{y}'),
    endpoint('GET', '/a/{x}/c'),
    endpoint('GET', '/a/b/'),
    endpoint('GET', '/__proto__'),
  );

  test.each<[string, string, object]>([
    ['/', '/', {}],
    ['/?a=/b', '/', {}],
    ['/a/1', '/a/{x}', { x: '1' }],
    ['/a/b', '/a/b', {}],
    ['/a/b/', '/a/b/', {}],
    ['/a/b/c', '/a/{x}/c', { x: 'b' }],
    // The branch of /a/b ends without it, and so does that of /a/{x}.
    ['/a/b/d', '/{x}/b/{y}', { x: 'a', y: 'd' }],
    ['/a/%C3%BC%2F', '/a/{x}', { x: 'ü/' }],
    ['/__proto__', '/__proto__', {}],
  ])('%s is found as %s', async (path, expected, params) => {
    expect((await request(app).get(path)).body).toEqual({ path: expected, params });
  });

  test.each(['/a', '/a/', '/A/b', '/a//c', '/a/1/', '/a/%62/', '/constructor', '//', '/a/b/c/d'])(
    '%s is not, and is passed on',
    async (path) => {
      const { status, body } = await request(app).get(path);
      expect([status, body]).toEqual([404, 'passed on']);
    },
  );

  test.each(['/a/%', '/a/%zz', '/a/%C3'])('%s has a parameter that is no percent-encoded UTF-8', async (path) => {
    expect((await request(app).get(path)).body).toBe('URIError: URI malformed');
  });

  test('has the parameters that the line of its method names', async () => {
    const twice = appOf(endpoint('GET', '/a/{x}'), endpoint('DELETE', '/a/{y}'));
    expect((await request(twice).get('/a/1')).body.params).toEqual({ x: '1' });
    expect((await request(twice).delete('/a/1')).body.params).toEqual({ y: '1' });
  });
});

describe('a method', () => {
  const app = appOf(endpoint('POST', '/a'), endpoint('GET', '/a'));

  test('HEAD is served as GET', async () => {
    const { status, headers } = await request(app).head('/a');
    expect([status, headers['content-length']]).toEqual([200, '25']);
  });

  test('OPTIONS tells the methods', async () => {
    const { status, headers } = await request(app).options('/a');
    expect([status, headers['allow']]).toEqual([204, 'POST, GET, HEAD, OPTIONS']);
  });

  test('that the path lacks is an error', async () => {
    expect((await request(app).put('/a')).body).toBe('Problem: This path has the methods POST, GET, HEAD, OPTIONS.');
  });
});

describe('of the handlers', () => {
  const seen: string[] = [];
  const reach = (name: string): RequestHandler => {
    return (_request, response) => {
      seen.push(name);
      response.json(name);
    };
  };

  test.each<[string, RequestHandler, string]>([
    ['one that calls next hands over to the next one', pass, 'last'],
    [
      'one that does so later as well',
      async (_request, _response, next) => {
        await Promise.resolve();
        next();
      },
      'last',
    ],
    [
      "one that passes 'route' on ends them, without an error",
      (_request, _response, next) => next('route'),
      'passed on',
    ],
    ['one that passes an error on ends them', (_request, _response, next) => next(new Error('no')), 'Error: no'],
    [
      'one that throws ends them',
      () => {
        throw new Error('no');
      },
      'Error: no',
    ],
    ['one that rejects ends them', async () => Promise.reject(new Error('no')), 'Error: no'],
    [
      'one that throws nothing ends them, and does not let anyone in',
      () => {
        throw undefined;
      },
      'Error: A handler failed without an error',
    ],
    [
      'one that rejects with nothing does neither',
      async () => Promise.reject(undefined),
      'Error: A handler failed without an error',
    ],
  ])('%s', async (_name, handler, expected) => {
    seen.length = 0;
    const { body } = await request(appOf(endpoint('GET', '/a', handler, reach('last')))).get('/a');
    expect([body, seen]).toEqual([expected, expected === 'last' ? ['last'] : []]);
  });

  test('the last may pass the request on', async () => {
    expect((await request(appOf(endpoint('GET', '/a', pass))).get('/a')).body).toBe('passed on');
  });
});
