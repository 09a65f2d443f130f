import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { customers, staff } from '../../../app/api/access.js';
import type { Order } from '../../../app/api/orders/schema.js';
import type { Caller } from '../../harness/api-under-test.js';
import { startApi } from '../api.js';

let api: Awaited<ReturnType<typeof startApi>>;
let margherita: string;

beforeAll(async () => {
  api = await startApi({ MAX_PIZZAS_PER_ORDER: '10' });
  const { body } = await api.as(staff, 'chefs').post('/pizzas', { name: 'Margherita' });
  margherita = (body as { id: string }).id;
});
afterAll(() => api.close());

const pizzas = (quantity = 1) => [{ id: margherita, quantity }];

async function placed(customer: Caller, order: object = {}) {
  const { status, body, headers } = await customer.post('/orders', { pizzas: pizzas(), ...order });
  expect(status).toBe(201);
  return { order: body as Order, path: headers['location'] ?? '', etag: headers['etag'] ?? '' };
}

const step = (chef: Caller, path: string, etag: string, status: string) =>
  chef.patch(path, { status }).set('If-Match', etag);

describe('placing an order', () => {
  test('gives it an id, an address and an entity tag', async () => {
    const ann = api.as(customers);
    const { order, path, etag } = await placed(ann, { note: 'no basil' });
    expect(order).toMatchObject({ pizzas: pizzas(), note: 'no basil', status: 'placed' });
    expect([path, etag]).toEqual([`/orders/${order.id}`, '"1"']);
    const read = await ann.get(path);
    expect([read.status, read.body, read.headers['etag']]).toEqual([200, order, etag]);
  });

  test.each([
    [
      'a pizza that does not exist',
      () => [{ id: '019a5b3c-7d00-7000-8000-3f2a9c1e5d77', quantity: 1 }],
      '/pizzas/0/id',
    ],
    ['no pizza', () => [], '/pizzas'],
    ['the same pizza twice', () => [...pizzas(), ...pizzas()], '/pizzas'],
    ['a quantity of 0', () => pizzas(0), '/pizzas/0/quantity'],
    ['more pizzas than the setting MAX_PIZZAS_PER_ORDER allows', () => pizzas(11), '/pizzas'],
  ])('%s is 422 and names the field', async (_what, list, field) => {
    const ann = api.as(customers);
    const { status, body } = await ann.post('/orders', { pizzas: list() });
    expect([status, body.code, body.errors[0].field]).toEqual([422, 'input_invalid', field]);
    expect((await ann.get('/orders')).body.items).toEqual([]);
  });

  test('with an Idempotency-Key, again gives the same order; with another body it is refused', async () => {
    const ann = api.as(customers);
    const place = (order: object) => ann.post('/orders', order).set('Idempotency-Key', 'supper');
    const [first, second] = [await place({ pizzas: pizzas() }), await place({ pizzas: pizzas() })];
    expect([second.status, second.body]).toEqual([201, first.body]);
    const other = await place({ pizzas: pizzas(2) });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect((await ann.get('/orders')).body.items).toEqual([first.body]);
  });

  test.each([
    ['the staff', () => api.as(staff, 'chefs')],
    ['a machine', () => api.asMachine(staff, 'pizzas.write')],
  ])('is not for %s', async (_who, caller) => {
    const { status, body } = await caller().post('/orders', { pizzas: pizzas() });
    expect([status, body.code]).toEqual([403, 'not_allowed']);
  });
});

describe('two customers', () => {
  test("can't read, change or cancel each other's orders: they are as if they were not there", async () => {
    const [ann, bob] = [api.as(customers), api.as(customers)];
    const { order, path, etag } = await placed(ann);
    const missing = path.replace(/.{12}$/, '000000000000');
    const attempts = (at: string) => [
      bob.get(at),
      bob.patch(at, { note: 'mine now' }).set('If-Match', etag),
      bob.patch(at, { note: 'mine now' }).set('If-Match', '*'),
      bob.delete(at).set('If-Match', etag),
      bob.delete(at),
    ];
    const [theirs, none] = await Promise.all([Promise.all(attempts(path)), Promise.all(attempts(missing))]);
    const seen = (responses: typeof theirs) => responses.map(({ status, body }) => ({ ...body, status, instance: '' }));
    expect(seen(theirs)).toEqual(seen(none));
    expect(theirs.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await ann.get(path)).body).toEqual(order);
  });

  test("don't find each other's orders in their lists, nor with each other's cursors", async () => {
    const [ann, bob] = [api.as(customers), api.as(customers)];
    const mine = [await placed(ann), await placed(ann)].map(({ order }) => order);
    await placed(bob);
    const { body: page } = await ann.get('/orders?limit=1');
    expect(page).toEqual({ items: [mine[1]], next: expect.any(String) });
    const stolen = await bob.get(`/orders?cursor=${page.next}`);
    expect([stolen.status, stolen.body.code, stolen.body.errors[0].field]).toEqual([422, 'input_invalid', 'cursor']);
    expect((await ann.get(`/orders?cursor=${page.next}`)).body).toEqual({ items: [mine[0]], next: null });
  });

  test('may use the same Idempotency-Key, each for their own order', async () => {
    const [ann, bob] = [api.as(customers), api.as(customers)];
    const place = (who: Caller) => who.post('/orders', { pizzas: pizzas() }).set('Idempotency-Key', 'k');
    const [first, second] = [await place(ann), await place(bob)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body.id).not.toBe(second.body.id);
  });
});

describe('the kitchen', () => {
  test('takes an order from placed to ready, one step at a time', async () => {
    const chef = api.as(staff, 'chefs');
    const { path, etag } = await placed(api.as(customers));
    const early = await step(chef, path, etag, 'ready');
    expect([early.status, early.body.code]).toEqual([409, 'conflict']);
    const baking = await step(chef, path, etag, 'baking');
    expect([baking.status, baking.body.status, baking.headers['etag']]).toEqual([200, 'baking', '"2"']);
    const stale = await step(chef, path, etag, 'ready');
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    const ready = await step(chef, path, '"2"', 'ready');
    expect([ready.status, ready.body.status]).toEqual([200, 'ready']);
  });

  test('sees all orders newest first, by status where it asks, page by page', async () => {
    const chef = api.as(staff, 'chefs');
    const orders = [await placed(api.as(customers)), await placed(api.as(customers)), await placed(api.as(customers))];
    const [older, newer, newest] = orders.map(({ order }) => order.id);
    for (const { path, etag } of orders.slice(0, 2)) await step(chef, path, etag, 'baking');
    const ids = (body: { items: Order[] }) => body.items.map(({ id }) => id);
    expect(ids((await chef.get('/orders?limit=3')).body)).toEqual([newest, newer, older]);
    const { body: first } = await chef.get('/orders?status=baking&limit=1');
    expect(ids(first)).toEqual([newer]);
    const { body: second } = await chef.get(`/orders?status=baking&limit=1&cursor=${first.next}`);
    expect(ids(second)).toEqual([older]);
    const ofAnotherList = await chef.get(`/orders?status=placed&cursor=${first.next}`);
    expect([ofAnotherList.status, ofAnotherList.body.errors[0].field]).toEqual([422, 'cursor']);
  });

  test('of staff without a group only reads', async () => {
    const waiter = api.as(staff);
    const { path, etag, order } = await placed(api.as(customers));
    expect((await waiter.get(path)).body).toEqual(order);
    const { status, body } = await step(waiter, path, etag, 'baking');
    expect([status, body.code]).toEqual([403, 'not_allowed']);
  });
});

describe('changing and cancelling', () => {
  test('a customer changes and removes the note while the order is placed, and no more', async () => {
    const ann = api.as(customers);
    const { path, etag } = await placed(ann, { note: 'no basil' });
    const changed = await ann.patch(path, { note: 'more basil' }).set('If-Match', etag);
    expect([changed.status, changed.body.note]).toEqual([200, 'more basil']);
    const removed = await ann.patch(path, { note: null }).set('If-Match', '"2"');
    expect([removed.status, 'note' in removed.body]).toEqual([200, false]);
    await step(api.as(staff, 'chefs'), path, '"3"', 'baking');
    const late = await ann.patch(path, { note: 'too late' }).set('If-Match', '"4"');
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
    const cancelled = await ann.delete(path).set('If-Match', '"4"');
    expect([cancelled.status, cancelled.body.code]).toEqual([409, 'conflict']);
  });

  test.each([
    ['a customer the status', () => ({ status: 'ready' }), (ann: Caller) => ann],
    ['a chef the note', () => ({ note: 'hello' }), () => api.as(staff, 'chefs')],
  ])('does not let %s', async (_who, change, who) => {
    const ann = api.as(customers);
    const { path, etag } = await placed(ann);
    const { status, body } = await who(ann).patch(path, change()).set('If-Match', etag);
    expect([status, body.code]).toEqual([403, 'not_allowed']);
  });

  test('a cancelled order is gone, for everyone', async () => {
    const ann = api.as(customers);
    const { path, etag } = await placed(ann);
    expect((await ann.delete(path)).status).toBe(428);
    const { status, text } = await ann.delete(path).set('If-Match', etag);
    expect([status, text]).toEqual([204, '']);
    for (const who of [ann, api.as(staff)]) expect((await who.get(path)).status).toBe(404);
  });

  test('of 100 concurrent changes with the same If-Match exactly one wins', async () => {
    const ann = api.as(customers);
    const { path, etag } = await placed(ann);
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, at) => ann.patch(path, { note: `note ${at}` }).set('If-Match', etag)),
    );
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(99);
    const winner = responses.find(({ status }) => status === 200);
    expect((await ann.get(path)).body).toEqual(winner?.body);
  }, 60_000);
});
