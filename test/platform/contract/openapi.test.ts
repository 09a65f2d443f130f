import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import request from 'supertest';
import { openApiDocument } from '../../../app/platform/contract/openapi.js';
import { routeKeyOf, routes, type Route } from '../../../app/api/routes.js';
import { startApi } from '../../harness/test-api.js';

async function lint(path: string) {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/platform/contract/lint-openapi.js', path]);
  return JSON.parse(stdout) as unknown;
}

test('dist/openapi.json is valid OpenAPI 3.1 in the eyes of Redocly', async () => {
  expect(await lint('dist/openapi.json')).toEqual([]);
});

test('dist/openapi.json and dist/gateway.json list the operations of the route table', async () => {
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as unknown;
  const { paths } = (await read('dist/openapi.json')) as { paths: Record<string, Record<string, unknown>> };
  const { routes: gateway } = (await read('dist/gateway.json')) as { routes: { routeKey: string }[] };
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual(routes.map(routeKeyOf).sort());
  expect(gateway.map(({ routeKey }) => routeKey).sort()).toEqual(documented);
});

test('who may call stands in the document: groups and scopes by pool', async () => {
  const { paths, components } = await openApiDocument(routes, { title: '', version: '', description: '' });
  expect(paths['/pizzas']?.['post']).toMatchObject({
    security: [{ staff: ['chefs'] }, { staff: ['pizza-api/pizzas.write'] }],
    'x-allow': [
      { pool: 'staff', groups: ['chefs'] },
      { pool: 'staff', scopes: ['pizza-api/pizzas.write'] },
    ],
  });
  expect(paths['/health']?.['get']).toMatchObject({ security: [] });
  expect(Object.keys(components.securitySchemes)).toEqual(['customers', 'staff']);
});

test('an answer that the document does not promise is found', async () => {
  const teapot: Route = {
    method: 'GET',
    path: '/',
    allow: 'everyone',
    summary: '',
    handle: () => (_request, response) => void response.status(418).json({ tea: true }),
  };
  const api = await startApi({ routes: [teapot] });
  await request(api.app).get('/');
  await expect(api.close()).rejects.toThrow('GET / 418');
});
