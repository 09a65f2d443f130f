import type { Principal } from '../../platform/auth/claims.js';
import { inputInvalid } from '../../platform/http/input.js';
import { etagOf } from '../../platform/http/preconditions.js';
import { Problem } from '../../platform/http/problem.js';
import { respond, type Resource } from '../../platform/http/route.js';
import { customers } from '../access.js';
import type { Call, Services } from '../services.js';
import type { NewOrder, Order, OrderChange, OrdersQuery } from './schema.js';
import type { StoredOrder } from './store.js';

const noSuchOrder = new Problem({ status: 404, code: 'not_found', detail: 'There is no order with this id.' });

export const stepNotAllowed = new Problem({
  status: 409,
  code: 'conflict',
  detail:
    'The status of this order does not allow the change: it goes from placed to baking to ready, one step at a time.',
});

const whoChangesWhat = 'A customer may change the note of an order, and a chef its status.';
export const changeNotAllowed = new Problem({
  status: 403,
  code: 'not_allowed',
  detail: whoChangesWhat,
  challenge: `error="insufficient_scope", error_description="${whoChangesWhat}"`,
});

/** The order that a path names. A customer's own is read from their partition, where nobody else's can be. */
export const orderById: Resource<Services, { id: string }, StoredOrder> = {
  load: ({ caller, params: { id }, services: { orders }, deadlineMs }) =>
    caller.pool === customers.pool ? orders.findOwn(caller, id, deadlineMs) : orders.findAny(id, deadlineMs),
  ownerOf: ({ customer }) => customer,
  versionOf: ({ version }) => version,
  notFound: noSuchOrder,
};

export async function placeOrder(call: Call<{ caller: Principal; body: NewOrder }>) {
  const { caller, body, idempotencyKey, services, deadlineMs } = call;
  const { pizzas, orders, settings } = services;
  const quantity = body.pizzas.reduce((sum, pizza) => sum + pizza.quantity, 0);
  if (quantity > settings.MAX_PIZZAS_PER_ORDER) {
    throw inputInvalid([
      { field: '/pizzas', detail: `must be ${settings.MAX_PIZZAS_PER_ORDER} pizzas at most in all` },
    ]);
  }
  const ids = body.pizzas.map(({ id }) => id);
  const missing = new Set(await pizzas.missing(ids, deadlineMs));
  if (missing.size > 0) {
    const unknown = [...ids.entries()].filter(([, id]) => missing.has(id));
    throw inputInvalid(
      unknown.map(([index]) => ({ field: `/pizzas/${index}/id`, detail: 'is not a pizza that exists' })),
    );
  }
  const { order, version } = await orders.place({ order: body, customer: caller, idempotencyKey }, deadlineMs);
  return respond(201, order, { Location: `/orders/${order.id}`, ETag: etagOf(version) });
}

/** Customers see their own, staff see all. */
export async function listOrders({
  caller,
  query,
  services,
  deadlineMs,
}: Call<{ caller: Principal; query: OrdersQuery }>) {
  const { orders } = services;
  const page =
    caller.pool === customers.pool
      ? await orders.listOwn(caller, query, deadlineMs)
      : await orders.listAll(query, deadlineMs);
  return respond(200, { items: page.items.map(({ order }) => order), next: page.next });
}

export function getOrder({ resource: { order, version } }: Call<{ resource: StoredOrder }>) {
  return respond(200, order, { ETag: etagOf(version) });
}

const NEXT_STATUS: Readonly<Record<Order['status'], Order['status'] | undefined>> = {
  placed: 'baking',
  baking: 'ready',
  ready: undefined,
};

/** A customer changes the note of their order while it is placed, a chef takes the status a step further. */
export async function changeOrder(call: Call<{ caller: Principal; body: OrderChange; resource: StoredOrder }>) {
  const { caller, body, resource, services, deadlineMs } = call;
  const { status } = resource.order;
  const isCustomer = caller.pool === customers.pool;
  if (isCustomer ? body.status !== undefined : body.note !== undefined) throw changeNotAllowed;
  if (isCustomer ? status !== 'placed' : body.status !== NEXT_STATUS[status]) throw stepNotAllowed;
  const { order, version } = await services.orders.change(resource, body, deadlineMs);
  return respond(200, order, { ETag: etagOf(version) });
}

export async function cancelOrder({ resource, services, deadlineMs }: Call<{ resource: StoredOrder }>) {
  if (resource.order.status !== 'placed') throw stepNotAllowed;
  await services.orders.remove(resource, deadlineMs);
  return respond(204);
}
