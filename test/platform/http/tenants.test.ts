import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import request, { type Test } from 'supertest';
import { assertRoutes } from '../../../app/platform/contract/assert-routes.js';
import { defineAccess } from '../../../app/platform/contract/pools.js';
import { createApp, type AppOptions } from '../../../app/platform/http/app.js';
import { startApi, type Api } from '../../harness/test-api.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

interface Item {
  readonly id: string;
  readonly name: string;
}

/** Calls as a new customer of the tenant. */
function customerOf(tenant: unknown, sub = randomUUID()) {
  const token = api.customers.idToken({ sub, ...(tenant !== undefined && { 'custom:tenant': tenant }) });
  const send = (test: Test) => test.set('Authorization', `Bearer ${token}`);
  return {
    get: (path: string) => send(request(api.app).get(path)),
    async add(name: string, key?: string) {
      const call = send(request(api.app).post('/tenant/items'));
      const response = await (key === undefined ? call : call.set('Idempotency-Key', key)).send({ name });
      expect(response.status).toBe(201);
      return response.body as Item;
    },
    async list(query = '') {
      const response = await this.get(`/tenant/items${query}`);
      expect(response.status).toBe(200);
      return response.body as { items: Item[]; next: string | null };
    },
  };
}

describe('on a route of tenants, a handler that knows nothing of them', () => {
  test('shows a tenant what is its own, and another none of it, by id, list and filter', async () => {
    const [tenant, another] = [randomUUID(), randomUUID()];
    const [mine, colleague, stranger] = [customerOf(tenant), customerOf(tenant), customerOf(another)];
    const item = await mine.add('Oven');
    expect((await colleague.get(`/tenant/items/${item.id}`)).body).toMatchObject({ id: item.id, name: 'Oven' });
    expect((await colleague.list()).items).toMatchObject([{ id: item.id }]);
    expect((await colleague.list('?name=Oven')).items).toMatchObject([{ id: item.id }]);

    const refused = await stranger.get(`/tenant/items/${item.id}`);
    expect([refused.status, refused.body]).toEqual([404, expect.objectContaining({ code: 'not_found' })]);
    expect(await stranger.list()).toEqual({ items: [], next: null });
    expect(await stranger.list('?name=Oven')).toEqual({ items: [], next: null });
    expect(await customerOf(another).list(`?name=${encodeURIComponent(`tenant "${tenant}" Oven`)}`)).toEqual({
      items: [],
      next: null,
    });
  });

  test("continues a tenant's own list with another's cursor, never the other's", async () => {
    const [mine, stranger] = [customerOf(randomUUID()), customerOf(randomUUID())];
    const own = await stranger.add('Of the stranger');
    for (const name of ['One', 'Two', 'Three']) await mine.add(name);
    const { next } = await mine.list('?limit=1');
    expect((await mine.list(`?limit=9&cursor=${next}`)).items.map(({ name }) => name)).toEqual(['Two', 'One']);
    expect((await stranger.list(`?cursor=${next}`)).items).toMatchObject([{ id: own.id }]);
  });

  test('creates once for each tenant with the same caller and Idempotency-Key', async () => {
    const sub = randomUUID();
    const [mine, theirs] = [customerOf(randomUUID(), sub), customerOf(randomUUID(), sub)];
    const first = await mine.add('Oven', 'key');
    expect(await mine.add('Oven', 'key')).toEqual(first);
    expect((await theirs.add('Oven', 'key')).id).not.toBe(first.id);
    expect((await mine.list()).items).toHaveLength(1);
    expect((await theirs.list()).items).toHaveLength(1);
  });

  test('shows nothing of tenants on a route without one, and nothing of that route to a tenant', async () => {
    const mine = customerOf(randomUUID());
    const item = await mine.add('Oven');
    expect((await mine.get(`/items/${item.id}`)).status).toBe(404);
    expect(((await mine.get('/items')).body as { items: Item[] }).items.map(({ id }) => id)).not.toContain(item.id);
    const token = api.staff.accessToken({ 'cognito:groups': ['chefs'] });
    const added = await request(api.app)
      .post('/items')
      .set('Authorization', `Bearer ${token}`)
      .send({ name: 'Shared' });
    expect(added.status).toBe(201);
    expect((await mine.get(`/tenant/items/${(added.body as Item).id}`)).status).toBe(404);
  });

  test.each([
    ['without the claim', undefined, 'claim_missing:tenant'],
    ['with an empty one', '', 'claim_malformed:tenant'],
    ['with one that is no text', 5, 'claim_malformed:tenant'],
    ['with several', ['acme', 'other'], 'claim_malformed:tenant'],
  ])('is not reached by a caller %s: 403', async (_what, tenant, reason) => {
    for (const path of ['/tenant/items', `/tenant/items/${randomUUID()}`]) {
      const response = await customerOf(tenant).get(path);
      expect([response.status, response.body]).toEqual([403, expect.objectContaining({ code: 'not_allowed' })]);
      expect(JSON.parse(api.lines.at(-1) ?? '{}')).toMatchObject({ reason });
    }
  });
});

const handle = () => ({ status: 204 });
const { shops } = defineAccess('api', {
  shops: { claims: { tenant: { type: 'string' }, seats: { type: 'number' } } },
}).pools;
const line = { method: 'GET', path: '/notes', summary: '', allow: [shops.claim('tenant')], tenant: 'tenant', handle };

describe('a line that no compiler has checked is refused, by name', () => {
  const guard = () => () => undefined;
  const log = { warn: () => undefined };

  test('where the app has no services for tenants', () => {
    const options = { routes: [line], guard, log, services: {}, realm: '' };
    expect(() => createApp(options as unknown as AppOptions<object>)).toThrow(
      'Route GET /notes: a route with a tenant needs servicesFor, see bindServices',
    );
  });

  test('where the claim is no text, by the build', () => {
    const { document } = defineAccess('api', { shops: { claims: { seats: { type: 'number' } } } });
    const routes = [{ ...line, allow: [shops.claim('seats')], tenant: 'seats' }];
    expect(() => assertRoutes(routes as never, document)).toThrow(
      'Route GET /notes: the claim seats names a tenant, so its type in access.ts must be string.',
    );
  });
});
