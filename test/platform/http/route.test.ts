import { beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import request from 'supertest';
import * as z from 'zod/mini';
import { createGuard } from '../../../app/platform/auth/guard.js';
import { startPoolKeys } from '../../../app/platform/auth/pool-keys.js';
import { createApp } from '../../../app/platform/http/app.js';
import { etagOf } from '../../../app/platform/http/preconditions.js';
import { Problem } from '../../../app/platform/http/problem.js';
import { respond, routesFor, type Resource, type Route } from '../../../app/platform/http/route.js';
import { customers, staff } from '../../harness/fixture-api/access.js';
import { startIssuer, type Issuer } from '../../harness/issuer.js';

interface Note {
  readonly text: string;
  readonly version: number;
  readonly owner: { readonly pool: string; readonly subject: string };
}
interface Services {
  readonly notes: Map<string, Note>;
  /** How often a handler ran. */
  runs: number;
}

const noSuchNote = new Problem({ status: 404, code: 'not_found', detail: 'There is no note with this id.' });
const noteById: Resource<Services, { id: string }, Note> = {
  load: async ({ params: { id }, services }) => services.notes.get(id),
  ownerOf: ({ owner }) => owner,
  versionOf: ({ version }) => version,
  notFound: noSuchNote,
};

const { route, resourceRoute, expressRoute } = routesFor<Services>();
const schema = z.object({ text: z.string() });
const params = z.object({ id: z.string().check(z.maxLength(8)) });

const routes: readonly Route<Services>[] = [
  route({
    method: 'GET',
    path: '/version',
    allow: 'everyone',
    summary: '',
    requestHeaders: ['X-Api-Version'],
    input: async () => ({ headers: z.object({ 'x-api-version': z.optional(z.enum(['1', '2'])) }) }),
    responses: async () => ({ 200: z.string() }),
    handle: ({ headers }) => respond(200, headers['x-api-version'] ?? 'none'),
  }),
  route({
    method: 'POST',
    path: '/notes',
    allow: [customers],
    summary: '',
    idempotent: true,
    input: async () => ({ body: schema }),
    responses: async () => ({ 201: schema }),
    responseHeaders: { 201: ['Location'] },
    handle: ({ body, idempotencyKey = 'none' }) => respond(201, body, { Location: `/notes/${idempotencyKey}` }),
  }),
  resourceRoute(noteById, {
    method: 'GET',
    path: '/notes/{id}',
    allow: [customers.owner(), staff],
    summary: '',
    input: async () => ({ params }),
    responses: async () => ({ 200: schema }),
    responseHeaders: { 200: ['ETag'] },
    handle: ({ resource: { text, version }, services }) => {
      services.runs += 1;
      return respond(200, { text }, { ETag: etagOf(version) });
    },
  }),
  resourceRoute(noteById, {
    method: 'DELETE',
    path: '/notes/{id}',
    allow: [customers.owner()],
    summary: '',
    ifMatch: 'required',
    input: async () => ({ params }),
    responses: async () => ({ 204: null }),
    handle: ({ services }) => {
      services.runs += 1;
      return respond(204);
    },
  }),
  expressRoute({
    method: 'GET',
    path: '/stream',
    allow: [customers],
    summary: '',
    express: (services) => (_request, response) => {
      response.type('text').write('one ');
      response.end(String(services.notes.size));
    },
  }),
];

let issuers: { customers: Issuer; staff: Issuer };
let pools: ReturnType<typeof startPoolKeys>;
let app: ReturnType<typeof createApp>;
const services: Services = { notes: new Map(), runs: 0 };
const log = pino({ level: 'silent' });

beforeAll(async () => {
  const [first, second] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  issuers = { customers: first, staff: second };
  pools = startPoolKeys([first.pool, second.pool], { refreshSeconds: 600, log });
  const guard = createGuard({ pools });
  app = createApp({ routes, services, guard, realm: 'notes', log, corsOrigins: ['https://notes.example'] });
  services.notes.set('1', { text: 'mine', version: 3, owner: { pool: 'customers', subject: 'ann' } });
});

afterAll(async () => {
  for (const { keys } of pools) keys.close();
  await Promise.all([issuers.customers.close(), issuers.staff.close()]);
});

const customer = (sub: string) => `Bearer ${issuers.customers.accessToken({ sub })}`;

describe('a handler gets validated input, and its response is sent as it returns it', () => {
  test('body, status, and the headers that the line lists', async () => {
    const response = await request(app)
      .post('/notes')
      .set('Authorization', customer('ann'))
      .set('Idempotency-Key', 'k1')
      .send({ text: 'hello' });
    expect([response.status, response.body, response.headers['location']]).toEqual([
      201,
      { text: 'hello' },
      '/notes/k1',
    ]);
  });

  test('one 422 names the fields of the body and the header that are invalid', async () => {
    const response = await request(app)
      .post('/notes')
      .set('Authorization', customer('ann'))
      .set('Idempotency-Key', 'two words')
      .send({ text: 1 });
    expect([response.status, response.body.code]).toEqual([422, 'input_invalid']);
    expect(response.body.errors.map(({ field }: { field: string }) => field)).toEqual(['idempotency-key', '/text']);
  });

  test.each([
    ['1', 200],
    ['3', 422],
  ])('a declared request header of value %s is %i', async (value, status) => {
    const response = await request(app).get('/version').set('X-Api-Version', value);
    expect(response.status).toBe(status);
  });

  test('a plain Express handler stands behind the guard like any other', async () => {
    expect((await request(app).get('/stream')).status).toBe(401);
    const response = await request(app).get('/stream').set('Authorization', customer('ann'));
    expect([response.status, response.text]).toEqual([200, 'one 1']);
  });
});

describe('what a path names is loaded before the handler runs', () => {
  const get = (id: string, token: string) => request(app).get(`/notes/${id}`).set('Authorization', token);

  test('its owner gets it, and so does the staff', async () => {
    for (const token of [customer('ann'), `Bearer ${issuers.staff.accessToken()}`]) {
      const { status, body, headers } = await get('1', token);
      expect([status, body, headers['etag']]).toEqual([200, { text: 'mine' }, '"3"']);
    }
  });

  test("somebody else's, a missing one and an impossible id can't be told apart, and no handler runs", async () => {
    const before = services.runs;
    const responses = [
      await get('1', customer('bob')),
      await get('2', customer('bob')),
      await get('123456789', customer('bob')),
    ];
    const texts = responses.map(({ text, body }) => text.replace(body.instance, ''));
    expect(new Set(texts).size).toBe(1);
    expect(responses.map(({ status, body }) => [status, body.code])).toEqual(responses.map(() => [404, 'not_found']));
    expect(services.runs).toBe(before);
  });

  test("a person of another pool with the owner's subject is not the owner", async () => {
    const token = `Bearer ${issuers.staff.accessToken({ sub: 'ann' })}`;
    const response = await request(app).delete('/notes/1').set('Authorization', token).set('If-Match', '*');
    expect([response.status, response.body.code]).toEqual([403, 'not_allowed']);
  });
});

describe('If-Match', () => {
  const remove = (ifMatch?: string) => {
    const call = request(app).delete('/notes/1').set('Authorization', customer('ann'));
    return ifMatch === undefined ? call : call.set('If-Match', ifMatch);
  };

  test.each([
    ['missing', undefined, 428, 'precondition_required'],
    ['stale', '"2"', 412, 'precondition_failed'],
    ['weak, which never matches strongly', 'W/"3"', 412, 'precondition_failed'],
    ['without quotes', '3', 422, 'input_invalid'],
    ['of an unfinished list', '"3", x', 422, 'input_invalid'],
  ])('%s: the handler does not run', async (_what, value, status, code) => {
    const before = services.runs;
    const response = await remove(value);
    expect([response.status, response.body.code, services.runs - before]).toEqual([status, code, 0]);
  });

  test.each(['"3"', '"1", "3"', '*'])('%s matches, and the response has no body', async (value) => {
    const before = services.runs;
    const { status, text } = await remove(value);
    expect([status, text, services.runs - before]).toEqual([204, '', 1]);
  });

  test("somebody else's is 404 before it is 428", async () => {
    const response = await request(app).delete('/notes/1').set('Authorization', customer('bob'));
    expect(response.status).toBe(404);
  });
});

describe('pages of other origins', () => {
  test('may send the headers that the routes read, and read those that they send', async () => {
    const preflight = await request(app)
      .options('/notes/1')
      .set('Origin', 'https://notes.example')
      .set('Access-Control-Request-Method', 'DELETE')
      .set('Access-Control-Request-Headers', 'authorization,if-match');
    expect(preflight.headers['access-control-allow-headers']?.split(',')).toEqual([
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'traceparent',
      'x-api-version',
    ]);
    expect(preflight.headers['access-control-allow-methods']).toBe('GET,POST,DELETE');
    const response = await request(app).get('/version').set('Origin', 'https://notes.example');
    expect(response.headers['access-control-expose-headers']?.split(',')).toEqual([
      'etag',
      'location',
      'retry-after',
      'www-authenticate',
      'x-request-id',
    ]);
  });
});

test('a literal path is served before a parameter that matches as well, whatever their order in the table', async () => {
  const answer = (text: string) => ({
    summary: '',
    allow: 'everyone' as const,
    responses: async () => ({ 200: z.string() }),
    handle: () => respond(200, text),
  });
  const table = [
    route({ ...answer('parameter'), method: 'GET', path: '/notes/{id}' }),
    route({ ...answer('deeper'), method: 'PUT', path: '/notes/{id}/text' }),
    route({ ...answer('literal'), method: 'GET', path: '/notes/newest' }),
  ];
  const other = createApp({ routes: table, services, guard: createGuard({ pools }), realm: 'notes', log });
  expect((await request(other).get('/notes/newest')).body).toBe('literal');
  expect((await request(other).get('/notes/1')).body).toBe('parameter');
  const { status, headers } = await request(other).put('/notes/newest');
  expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, OPTIONS']);
});

describe('a route that the compiler did not see stops the app, and is named', () => {
  const broken = (line: object) =>
    [{ method: 'GET', path: '/broken', summary: '', ...line }] as unknown as Route<Services>[];

  test.each([
    ['without allow', {}, /GET \/broken: allow must be/],
    ['without a handler', { allow: 'everyone' }, /GET \/broken: it has no handler/],
    [
      "with an owner's rule and no resource",
      { allow: [customers.owner()], handle: () => respond(204) },
      /resourceRoute/,
    ],
  ])('%s', (_what, line, message) => {
    const guard = createGuard({ pools });
    expect(() => createApp({ routes: broken(line), services, guard, realm: 'notes', log })).toThrow(message);
  });
});
