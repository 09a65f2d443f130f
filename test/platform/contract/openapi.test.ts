import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import * as z from 'zod/mini';
import { openApiDocument } from '../../../app/platform/contract/openapi.js';
import { Problem } from '../../../app/platform/http/problem.js';
import { respond, routesFor, type Resource, type Route } from '../../../app/platform/http/route.js';
import { checkResponses } from '../../harness/documented-responses.js';
import { access, customers, staff } from '../../harness/fixture-api/access.js';
import { routes as fixtureRoutes } from '../../harness/fixture-api/routes.js';

const { route, resourceRoute, expressRoute } = routesFor<unknown>();
const describeRoutes = (...routes: Route[]) =>
  openApiDocument(routes, access.document, { title: 'Notes', version: '1', description: '' });

const note = z.object({ text: z.string() });
const params = z.object({ id: z.string() });
const noteById: Resource<unknown, { id: string }, { version: number }> = {
  load: async () => undefined,
  ownerOf: () => ({ pool: '', subject: '' }),
  versionOf: ({ version }) => version,
  notFound: new Problem({ status: 404, code: 'not_found', detail: 'There is no note with this id.' }),
};

const addNote = route({
  method: 'POST',
  path: '/notes',
  allow: [staff.group('chefs'), staff.scope('items.write')],
  summary: 'Add a note',
  idempotent: true,
  requestHeaders: ['X-Api-Version'],
  input: async () => ({
    query: z.object({ dry: z._default(z.string(), 'no'), tag: z.string() }),
    headers: z.object({ 'x-api-version': z.optional(z.enum(['1', '2'])) }),
    body: note,
  }),
  responses: async () => ({ 201: note }),
  responseHeaders: { 201: ['Location', 'ETag'] },
  handle: ({ body }) => respond(201, body, { Location: '/notes/1', ETag: '"1"' }),
});

const removeNote = resourceRoute(noteById, {
  method: 'DELETE',
  path: '/notes/{id}',
  allow: [customers.owner(), staff.group('chefs')],
  summary: 'Remove a note',
  ifMatch: 'required',
  input: async () => ({ params }),
  responses: async () => ({ 204: null }),
  handle: () => respond(204),
});

interface Operation {
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: unknown;
  responses: Record<string, { headers: object; content?: Record<string, { examples?: object }> }>;
}

async function operation(line: Route) {
  const { paths } = await describeRoutes(line);
  return paths[line.path]?.[line.method.toLowerCase()] as Operation;
}

const codes = ({ responses }: Operation, status: number) =>
  Object.keys(responses[status]?.content?.['application/problem+json']?.examples ?? {});

test.each(['dist/openapi.json', 'dist/fixture/openapi.json'])('%s is valid OpenAPI 3.1 for Redocly', async (path) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/platform/contract/lint-openapi.js', path]);
  expect(JSON.parse(stdout)).toEqual([]);
});

describe('who may call', () => {
  test('stands in the document: groups and scopes by pool, in words as well', async () => {
    const { paths, components } = await describeRoutes(...fixtureRoutes);
    expect(paths['/items']?.['post']).toMatchObject({
      description:
        'Who may call it: pool `staff` in the group `chefs`, or pool `staff` with the scope `fixture-api/items.write`.' +
        ' A revoked token is refused within 5 s.',
      security: [{ staff: ['chefs'] }, { staff: ['fixture-api/items.write'] }],
      'x-allow': [
        { pool: 'staff', groups: ['chefs'] },
        { pool: 'staff', scopes: ['fixture-api/items.write'] },
      ],
    });
    expect(paths['/health']?.['get']).toMatchObject({ description: 'Everyone may call it.', security: [] });
    expect(paths['/health']?.['get']).not.toHaveProperty('x-allow');
    expect(Object.keys(components.securitySchemes)).toEqual(['customers', 'staff']);
  });

  test('a rule that asks for claims says which, and of which values', async () => {
    const handle = () => respond(200);
    const allow = [customers.claim('tenant'), staff.claim('level', 'senior').claim('shifts').group('chefs')] as const;
    const line = {
      method: 'GET',
      path: '/',
      summary: '',
      responses: async () => ({ 200: null }),
      allow,
      handle,
    } as const;
    expect(await operation(route(line))).toMatchObject({
      description:
        'Who may call it: pool `customers` with the claim `tenant`, or ' +
        'pool `staff` in the group `chefs` with the claim `level` of `senior` and `shifts`.',
      'x-allow': [
        { pool: 'customers', claims: [{ name: 'tenant' }] },
        { pool: 'staff', groups: ['chefs'], claims: [{ name: 'level', values: ['senior'] }, { name: 'shifts' }] },
      ],
    });
  });

  test('a route of tenants says which claim names them', async () => {
    const allow = [customers.claim('tenant')] as const;
    const line = { method: 'GET', path: '/', summary: '', responses: async () => ({ 200: null }), allow } as const;
    expect(await operation(route({ ...line, tenant: 'tenant', handle: () => respond(200) }))).toMatchObject({
      description:
        "Who may call it: pool `customers` with the claim `tenant`. It works on the data of the caller's tenant, the claim `tenant`.",
      'x-tenant-claim': 'tenant',
    });
  });

  test('a revocable route says within what time, and which errors follow', async () => {
    const allow = [staff.group('chefs')] as const;
    const line = { method: 'POST', path: '/', summary: '', responses: async () => ({ 200: null }), allow } as const;
    const revocable = { ...line, handle: () => respond(200), revocable: { withinSeconds: 10 } } as const;
    const described = await operation(route(revocable));
    expect(described).toMatchObject({
      description: 'Who may call it: pool `staff` in the group `chefs`. A revoked token is refused within 10 s.',
      'x-revocable-within-seconds': 10,
    });
    expect(codes(described, 401)).toContain('token_revoked');
    expect(codes(described, 503)).toContain('revocations_unavailable');
    expect(await operation(route({ ...revocable, revocable: true }))).toMatchObject({
      'x-revocable-within-seconds': 5,
    });
    const other = await operation(route({ ...line, handle: () => respond(200) }));
    expect(other).not.toHaveProperty('x-revocable-within-seconds');
    expect([...codes(other, 401), ...codes(other, 503)]).not.toContain('token_revoked');
    expect(codes(other, 503)).not.toContain('revocations_unavailable');
  });

  test('a rule for what is their own says so', async () => {
    expect(await operation(removeNote)).toMatchObject({
      description: 'Who may call it: pool `customers`, for what is their own, or pool `staff` in the group `chefs`.',
      'x-allow': [
        { pool: 'customers', ownerOnly: true },
        { pool: 'staff', groups: ['chefs'] },
      ],
    });
  });
});

describe('responses', () => {
  test('a 204 has no content', async () => {
    const { responses } = await operation(removeNote);
    expect(Object.keys(responses['204'] ?? {})).toEqual(['description', 'headers']);
  });

  test('declared headers stand with their status, and the request id with every one', async () => {
    const { responses } = await operation(addNote);
    expect(Object.keys(responses['201']?.headers ?? {})).toEqual(['X-Request-Id', 'Location', 'ETag']);
    expect(Object.values(responses).filter(({ headers }) => !('X-Request-Id' in headers))).toEqual([]);
    expect(Object.keys(responses['401']?.headers ?? {})).toContain('WWW-Authenticate');
  });

  test('errors follow from the line: guard, input, preconditions, resource', async () => {
    const [add, remove] = [await operation(addNote), await operation(removeNote)];
    expect(Object.keys(add.responses)).toEqual(['201', '400', '401', '403', '413', '415', '422', '500', '503']);
    expect(codes(add, 422)).toEqual(['input_invalid']);
    expect(Object.keys(remove.responses)).toEqual([
      '204',
      '400',
      '401',
      '403',
      '404',
      '412',
      '422',
      '428',
      '500',
      '503',
    ]);
    expect([codes(remove, 404), codes(remove, 412), codes(remove, 428)]).toEqual([
      ['not_found'],
      ['precondition_failed'],
      ['precondition_required'],
    ]);
  });
});

describe('parameters', () => {
  const shown = ({ parameters }: Operation) =>
    parameters.map(({ name, in: place, required }) => `${place} ${name}${required ? ', required' : ''}`);

  test('those of the schemas, and Idempotency-Key where the route takes it', async () => {
    expect(shown(await operation(addNote))).toEqual([
      'query dry',
      'query tag, required',
      'header X-Api-Version',
      'header Idempotency-Key',
    ]);
  });

  test('If-Match where the route asks for it', async () => {
    expect(shown(await operation(removeNote))).toEqual(['path id, required', 'header If-Match, required']);
  });

  test('those of a path without a schema', async () => {
    const line = expressRoute({
      method: 'GET',
      path: '/files/{folder}/{name}',
      allow: 'everyone',
      summary: '',
      express: () => () => undefined,
    });
    expect(shown(await operation(line))).toEqual(['path folder, required', 'path name, required']);
  });

  test.each([
    ['more', ['X-Api-Version', 'X-Other'], '[x-api-version, x-other], its schema has [x-api-version]'],
    ['fewer', [], '[], its schema has [x-api-version]'],
  ])('a line that lists %s request headers than its schema is named', async (_what, requestHeaders, message) => {
    const line: Route = { ...addNote, requestHeaders };
    await expect(describeRoutes(line)).rejects.toThrow(`Route POST /notes: requestHeaders lists ${message}`);
  });
});

describe('a response that the document does not describe is found', () => {
  async function violationsOf(line: Route, handler: express.RequestHandler) {
    const { watch, violations } = checkResponses(await describeRoutes(line));
    const app = express().disable('etag').use(watch);
    app.all('/{*any}', handler);
    await request(app)[line.method.toLowerCase() as 'post'](line.path.replace('{id}', '1'));
    return violations;
  }
  const headers = { 'X-Request-Id': 'x', Location: '/notes/1', ETag: '"1"' };

  test.each<[string, Route, express.RequestHandler, string[]]>([
    ['none', addNote, (_request, response) => void response.status(201).set(headers).json({ text: 'a' }), []],
    ['none without a body', removeNote, (_request, response) => void response.status(204).set(headers).end(), []],
    [
      'a status',
      addNote,
      (_request, response) => void response.status(418).json({ text: 'a' }),
      ['POST /notes 418: the document has no such status'],
    ],
    [
      'a body of another schema',
      addNote,
      (_request, response) => void response.status(201).set(headers).json({ text: 1 }),
      ['POST /notes 201: data/text must be string'],
    ],
    [
      'a missing body',
      addNote,
      (_request, response) => void response.status(201).set(headers).end(),
      ['POST /notes 201: there is no body'],
    ],
    [
      'a body where there is none',
      removeNote,
      (_request, response) => void response.status(200).set(headers).json({}),
      ['DELETE /notes/1 200: the document has no such status'],
    ],
    [
      'a missing header',
      addNote,
      (_request, response) => void response.status(201).set('X-Request-Id', 'x').json({ text: 'a' }),
      ['POST /notes 201: there is no Location', 'POST /notes 201: there is no ETag'],
    ],
  ])('%s', async (_what, line, handler, expected) => {
    expect(await violationsOf(line, handler)).toEqual(expected);
  });
});
