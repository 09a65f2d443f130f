import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { access, librarians, partners, readers } from '../api/access.js';
import { product } from '../api/product.js';
import { routes } from '../api/routes.js';
import { createServices } from '../api/services.js';
import { settings } from '../api/settings.js';
import { table } from '../api/table.js';
import { startApiUnderTest } from '../../harness/api-under-test.js';

const start = () =>
  startApiUnderTest({ product, access, routes, settings, table, createServices }, { MAX_LOAN_DAYS: '14' });
let api: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  api = await start();
});
afterAll(() => api.close());

const borrow = (who: ReturnType<typeof api.as>, book = 'Emma', days = 7) => who.post('/loans', { book, days });

test('a reader borrows, keeps it longer and brings it back; another reader sees nothing of it', async () => {
  const [rita, ron] = [api.as(readers), api.as(readers)];
  const { status, headers } = await borrow(rita);
  expect(status).toBe(201);
  const path = headers['location'] ?? '';
  for (const attempt of [ron.get(path), ron.delete(path).set('If-Match', '*')])
    expect((await attempt).status).toBe(404);
  const longer = await rita.patch(path, { days: 10 }).set('If-Match', headers['etag'] ?? '');
  expect([longer.status, longer.body.days]).toEqual([200, 10]);
  const stale = await rita.delete(path).set('If-Match', headers['etag'] ?? '');
  expect(stale.status).toBe(412);
  expect((await rita.delete(path).set('If-Match', longer.headers['etag'] ?? '')).status).toBe(204);
  expect((await rita.get(path)).status).toBe(404);
});

test('the setting MAX_LOAN_DAYS is checked', async () => {
  const { status, body } = await borrow(api.as(readers), 'Emma', 15);
  expect([status, body.errors]).toEqual([422, [{ field: '/days', detail: 'must be 14 at most' }]]);
});

test('curators end loans of others, interns only read them', async () => {
  const { headers } = await borrow(api.as(readers), 'Ulysses');
  const path = headers['location'] ?? '';
  const end = (who: ReturnType<typeof api.as>) => who.delete(path).set('If-Match', '*');
  expect((await api.as(librarians, 'interns').get(path)).status).toBe(200);
  expect((await end(api.as(librarians, 'interns'))).status).toBe(403);
  expect((await end(api.as(librarians, 'curators'))).status).toBe(204);
});

test('machines are admitted by scope: one may read, the other count', async () => {
  await borrow(api.as(readers), 'Walden');
  const [reads, counts] = [api.asMachine(partners, 'loans.read'), api.asMachine(partners, 'loans.count')];
  expect((await reads.get('/loans?book=Walden')).body.items).toHaveLength(1);
  expect((await counts.get('/loans/count?book=Walden')).body).toEqual({ loans: 1 });
  expect((await counts.get('/loans?book=Walden')).status).toBe(403);
  expect((await reads.get('/loans/count?book=Walden')).status).toBe(403);
});
