import { keyReused } from '../../../app/platform/dynamodb/idempotency.js';
import { storeUnavailable } from '../../../app/platform/dynamodb/table.js';
import { respond, type Route } from '../../../app/platform/http/route.js';
import { customers, staff } from './access.js';
import * as items from './items/handlers.js';
import { route, type Services } from './services.js';

const ownSchemas = () => import('./schema.js');
const callerSchema = () => import('../../../app/platform/auth/principal-schema.js');
const itemSchemas = () => import('./items/schema.js');

const listing = {
  input: async () => ({ query: (await itemSchemas()).itemsQuery }),
  responses: async () => ({ 200: (await itemSchemas()).page }),
  problems: [storeUnavailable],
  handle: items.listItems,
} as const;
const getting = {
  input: async () => ({ params: (await itemSchemas()).itemPath }),
  responses: async () => ({ 200: (await itemSchemas()).item }),
  problems: [items.noSuchItem, storeUnavailable],
  handle: items.getItem,
} as const;
const adding = {
  idempotent: true,
  input: async () => ({ body: (await itemSchemas()).newItem }),
  responses: async () => ({ 201: (await itemSchemas()).item }),
  responseHeaders: { 201: ['Location'] },
  problems: [keyReused, storeUnavailable],
  handle: items.addItem,
} as const;

export const routes: readonly Route<Services>[] = [
  route({
    method: 'GET',
    path: '/health',
    allow: 'everyone',
    summary: 'Whether the API is up',
    responses: async () => ({ 200: (await ownSchemas()).health }),
    handle: () => respond(200, { status: 'ok' as const }),
  }),
  route({
    method: 'GET',
    path: '/',
    allow: [customers],
    summary: 'A welcome',
    responses: async () => ({ 200: (await ownSchemas()).welcome }),
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
    path: '/items',
    allow: [customers],
    summary: 'Items, newest first',
    ...listing,
  }),
  route({
    method: 'GET',
    path: '/items/{id}',
    allow: [customers],
    summary: 'One item',
    ...getting,
  }),
  route({
    method: 'POST',
    path: '/items',
    allow: [staff.group('chefs'), staff.scope('items.write')],
    summary: 'Add an item',
    revocable: true,
    ...adding,
  }),
  // The same handlers, which know nothing of tenants.
  route({
    method: 'GET',
    path: '/tenant/items',
    allow: [customers.claim('tenant')],
    tenant: 'tenant',
    summary: "Items of the caller's tenant, newest first",
    ...listing,
  }),
  route({
    method: 'GET',
    path: '/tenant/items/{id}',
    allow: [customers.claim('tenant')],
    tenant: 'tenant',
    summary: "One item of the caller's tenant",
    ...getting,
  }),
  route({
    method: 'POST',
    path: '/tenant/items',
    allow: [customers.claim('tenant')],
    tenant: 'tenant',
    summary: "Add an item to those of the caller's tenant",
    ...adding,
  }),
];
