import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type Api } from '../../harness/test-api.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const get = (path: string, token?: string) => {
  const call = request(api.app).get(path);
  return token === undefined ? call : call.set('Authorization', `Bearer ${token}`);
};
const machine = (claims: object = {}) =>
  api.staff.accessToken({ scope: 'fixture-api/items.write', username: undefined, ...claims });

describe('who may call what', () => {
  test('everyone may ask for the health', async () => {
    const { status, body } = await get('/health');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });

  test('without a token / is 401 with a bare challenge', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="fixture-api"');
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: 'token_missing', status: 401, instance: headers['x-request-id'] });
  });

  test.each(['idToken', 'accessToken'] as const)('a customer with an %s is welcome', async (kind) => {
    const { status, body } = await get('/', api.customers[kind]());
    expect([status, body]).toEqual([200, ['Welcome to AWS']]);
  });

  test("a staff token is refused on the customers' route", async () => {
    const { status, headers, body } = await get('/', api.staff.accessToken());
    expect([status, body.code]).toEqual([403, 'not_allowed']);
    expect(headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect(headers['www-authenticate']).not.toContain('scope="');
  });

  test('people of both pools may ask who they are', async () => {
    const customer = await get('/me', api.customers.idToken());
    expect(customer.body).toMatchObject({ pool: 'customers', username: 'regular', tokenUse: 'id', scopes: [] });
    const chef = await get('/me', api.staff.accessToken({ username: 'chef', 'cognito:groups': ['chefs'] }));
    expect(chef.body).toMatchObject({ pool: 'staff', username: 'chef', groups: ['chefs'], tokenUse: 'access' });
  });

  test('a machine of the pool may not, whatever its scopes', async () => {
    const { status, headers, body } = await get('/me', machine());
    expect([status, body.code]).toEqual([403, 'not_allowed']);
    expect(headers['www-authenticate']).not.toContain('scope="');
  });
});

describe('adding an item', () => {
  const post = (token: string) =>
    request(api.app).post('/items').set('Authorization', `Bearer ${token}`).send({ name: 'First' });

  test.each([
    ['a customer', () => api.customers.accessToken(), 403],
    ['a customer in a group named chefs', () => api.customers.accessToken({ 'cognito:groups': ['chefs'] }), 403],
    [
      'a customer with a scope of that name',
      () => api.customers.accessToken({ scope: 'fixture-api/items.write' }),
      403,
    ],
    ['a member of the staff', () => api.staff.accessToken(), 403],
    ['a chef', () => api.staff.accessToken({ 'cognito:groups': ['chefs'] }), 201],
    ['a chef with an ID token', () => api.staff.idToken({ 'cognito:groups': ['chefs'] }), 201],
    ['a person with the scope', () => api.staff.accessToken({ scope: 'fixture-api/items.write' }), 201],
    ['an ID token that claims the scope', () => api.staff.idToken({ scope: 'fixture-api/items.write' }), 403],
    ['a machine with the scope', () => machine(), 201],
    ['a machine with another scope', () => machine({ scope: 'fixture-api/items' }), 403],
    ['a machine in a group', () => machine({ scope: undefined, 'cognito:groups': ['chefs'] }), 403],
  ])('%s', async (_who, token, status) => {
    expect((await post(token())).status).toBe(status);
  });

  test('the 403 of a member of the staff names the scope that would be enough', async () => {
    const { headers } = await post(api.staff.accessToken());
    expect(headers['www-authenticate']).toMatch(/, scope="fixture-api\/items\.write"$/);
  });
});
