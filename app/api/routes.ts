import { respond, type Route } from '../platform/http/route.js';
import { storeUnavailable } from '../platform/dynamodb/table.js';
import { keyReused } from '../platform/dynamodb/idempotency.js';
import { customers, staff } from './access.js';
import * as orders from './orders/handlers.js';
import * as pizzas from './pizzas/handlers.js';
import { resourceRoute, route, type Services } from './services.js';

// Schemas are loaded with the first call that needs them: a tenth of a cold start.
const sampleSchemas = () => import('./schema.js');
const callerSchema = () => import('../platform/auth/principal-schema.js');
const pageSchemas = () => import('../platform/http/page-schema.js');
const pizzaSchemas = () => import('./pizzas/schema.js');
const orderSchemas = () => import('./orders/schema.js');

/** Every route of the API. Who may call a route stands on its line; the guard and the gateway follow. */
export const routes: readonly Route<Services>[] = [
  route({
    method: 'GET',
    path: '/health',
    allow: 'everyone',
    summary: 'Whether the API is up',
    responses: async () => ({ 200: (await sampleSchemas()).health }),
    handle: () => respond(200, { status: 'ok' as const }),
  }),
  route({
    method: 'GET',
    path: '/',
    allow: [customers],
    summary: 'A welcome',
    responses: async () => ({ 200: (await sampleSchemas()).welcome }),
    handle: () => respond(200, ['Welcome to AWS']),
  }),
  route({
    method: 'GET',
    path: '/me',
    allow: [customers, staff],
    summary: 'The verified caller',
    responses: async () => ({ 200: (await callerSchema()).principal }),
    handle: ({ caller }) => respond(200, caller),
  }),
  route({
    method: 'GET',
    path: '/pizzas',
    allow: [customers],
    summary: 'Pizzas, newest first',
    input: async () => ({ query: (await pageSchemas()).pageQuery }),
    responses: async () => ({ 200: (await pizzaSchemas()).page }),
    problems: [storeUnavailable],
    handle: pizzas.listPizzas,
  }),
  route({
    method: 'GET',
    path: '/pizzas/{id}',
    allow: [customers],
    summary: 'One pizza',
    input: async () => ({ params: (await pizzaSchemas()).pizzaPath }),
    responses: async () => ({ 200: (await pizzaSchemas()).pizza }),
    problems: [pizzas.noSuchPizza, storeUnavailable],
    handle: pizzas.getPizza,
  }),
  route({
    method: 'POST',
    path: '/pizzas',
    allow: [staff.group('chefs'), staff.scope('pizzas.write')],
    summary: 'Add a pizza',
    revocable: true,
    idempotent: true,
    input: async () => ({ body: (await pizzaSchemas()).newPizza }),
    responses: async () => ({ 201: (await pizzaSchemas()).pizza }),
    responseHeaders: { 201: ['Location'] },
    problems: [keyReused, storeUnavailable],
    handle: pizzas.addPizza,
  }),
  route({
    method: 'POST',
    path: '/orders',
    allow: [customers],
    summary: 'Place an order',
    idempotent: true,
    input: async () => ({ body: (await orderSchemas()).newOrder }),
    responses: async () => ({ 201: (await orderSchemas()).order }),
    responseHeaders: { 201: ['Location', 'ETag'] },
    problems: [keyReused, storeUnavailable],
    handle: orders.placeOrder,
  }),
  route({
    method: 'GET',
    path: '/orders',
    allow: [customers, staff],
    summary: "Orders, newest first: a customer's own, for staff all",
    input: async () => ({ query: (await orderSchemas()).ordersQuery }),
    responses: async () => ({ 200: (await orderSchemas()).ordersPage }),
    problems: [storeUnavailable],
    handle: orders.listOrders,
  }),
  resourceRoute(orders.orderById, {
    method: 'GET',
    path: '/orders/{id}',
    allow: [customers.owner(), staff],
    summary: 'One order',
    input: async () => ({ params: (await orderSchemas()).orderPath }),
    responses: async () => ({ 200: (await orderSchemas()).order }),
    responseHeaders: { 200: ['ETag'] },
    problems: [storeUnavailable],
    handle: orders.getOrder,
  }),
  resourceRoute(orders.orderById, {
    method: 'PATCH',
    path: '/orders/{id}',
    allow: [customers.owner(), staff.group('chefs')],
    summary: 'Change the note of an order, or take its status a step further',
    ifMatch: 'required',
    input: async () => {
      const { orderPath: params, orderChange: body } = await orderSchemas();
      return { params, body };
    },
    responses: async () => ({ 200: (await orderSchemas()).order }),
    responseHeaders: { 200: ['ETag'] },
    problems: [orders.changeNotAllowed, orders.stepNotAllowed, storeUnavailable],
    handle: orders.changeOrder,
  }),
  resourceRoute(orders.orderById, {
    method: 'DELETE',
    path: '/orders/{id}',
    allow: [customers.owner()],
    summary: 'Cancel an order',
    ifMatch: 'required',
    input: async () => ({ params: (await orderSchemas()).orderPath }),
    responses: async () => ({ 204: null }),
    problems: [orders.stepNotAllowed, storeUnavailable],
    handle: orders.cancelOrder,
  }),
];
