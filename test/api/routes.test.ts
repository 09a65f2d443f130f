import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { customers, staff } from '../../app/api/access.js';
import { product } from '../../app/api/product.js';
import type { Caller } from '../harness/api-under-test.js';
import { startApi } from './api.js';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('who may call what', () => {
  test('everyone may ask for the health', async () => {
    const { status, body } = await api.asNobody().get('/health');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });

  test('without a token / is 401 with a bare challenge', async () => {
    const { status, headers, body } = await api.asNobody().get('/');
    expect([status, body.code]).toEqual([401, 'token_missing']);
    expect(headers['www-authenticate']).toBe(`Bearer realm="${product.name}"`);
  });

  test('a customer is welcome, the staff is not', async () => {
    const { status, body } = await api.as(customers).get('/');
    expect([status, body]).toEqual([200, ['Welcome to AWS']]);
    expect((await api.as(staff, 'chefs').get('/')).status).toBe(403);
  });

  test('people of both pools may ask who they are, a machine may not', async () => {
    const [customer, chef] = [api.as(customers), api.as(staff, 'chefs')];
    expect((await customer.get('/me')).body).toMatchObject({
      pool: 'customers',
      subject: customer.subject,
      groups: [],
    });
    expect((await chef.get('/me')).body).toMatchObject({ pool: 'staff', subject: chef.subject, groups: ['chefs'] });
    const { status, body } = await api.asMachine(staff, 'pizzas.write').get('/me');
    expect([status, body.code]).toEqual([403, 'not_allowed']);
  });
});

describe('adding a pizza', () => {
  const post = (caller: Caller) => caller.post('/pizzas', { name: 'Margherita' });

  test.each([
    ['a customer', () => api.as(customers), 403],
    ['a member of the staff', () => api.as(staff), 403],
    ['a chef', () => api.as(staff, 'chefs'), 201],
    ['a machine with the scope', () => api.asMachine(staff, 'pizzas.write'), 201],
    ['a machine without a scope', () => api.asMachine(staff), 403],
  ])('%s', async (_who, caller, status) => {
    expect((await post(caller())).status).toBe(status);
  });

  test('the 403 of a member of the staff names the scope that would be enough', async () => {
    const { headers } = await post(api.as(staff));
    expect(headers['www-authenticate']).toMatch(new RegExp(`, scope="${product.name}/pizzas\\.write"$`));
  });

  test('what was added is read by customers, newest first, with its address', async () => {
    const chef = api.as(staff, 'chefs');
    const { body: pizza, headers } = await chef.post('/pizzas', { name: 'Marinara', toppings: ['garlic'] });
    expect(pizza).toMatchObject({ name: 'Marinara', toppings: ['garlic'], createdBy: chef.subject });
    const customer = api.as(customers);
    expect((await customer.get(headers['location'] ?? '')).body).toEqual(pizza);
    expect((await customer.get('/pizzas?limit=1')).body.items).toEqual([pizza]);
  });
});
