import express, { type Express } from 'express';
import pino from 'pino';
import * as z from 'zod/mini';
import { createGuard } from '../../app/platform/auth/guard.js';
import { startPoolKeys, type TrustedPool } from '../../app/platform/auth/pool-keys.js';
import { principal } from '../../app/platform/auth/principal-schema.js';
import { openApiDocument } from '../../app/platform/contract/openapi.js';
import { createApp, type AppOptions } from '../../app/platform/http/app.js';
import { respond, routesFor } from '../../app/platform/http/route.js';
import { checkAnswers } from './documented-responses.js';
import { access, customers as customersPool, staff as staffPool } from './fixture-api/access.js';
import { product } from './fixture-api/product.js';
import { startIssuer, type Issuer } from './issuer.js';

export interface ApiOptions extends Partial<Pick<AppOptions<unknown>, 'corsOrigins' | 'routes' | 'remainingMs'>> {
  tokenCacheSize?: number;
}

/** The fixture API in this process, with two pools that issue real tokens. */
export interface Api {
  app: Express;
  trusted: readonly TrustedPool[];
  customers: Issuer;
  staff: Issuer;
  /** Every log line so far, as it was written. */
  lines: string[];
  /** Fails when a response was not as the OpenAPI document says. */
  close(): Promise<void>;
}

const routes = routesFor<unknown>();
const item = z.object({ name: z.string() });
const fixtureRoutes = [
  routes.route({
    method: 'GET',
    path: '/health',
    allow: 'everyone',
    summary: 'Whether the API is up',
    responses: async () => ({ 200: z.object({ status: z.literal('ok') }) }),
    handle: () => respond(200, { status: 'ok' as const }),
  }),
  routes.route({
    method: 'GET',
    path: '/',
    allow: [customersPool],
    summary: 'A welcome',
    responses: async () => ({ 200: z.array(z.string()) }),
    handle: () => respond(200, ['welcome']),
  }),
  routes.route({
    method: 'GET',
    path: '/me',
    allow: [customersPool, staffPool],
    summary: 'The verified caller',
    responses: async () => ({ 200: principal }),
    handle: ({ caller }) => respond(200, caller),
  }),
  routes.route({
    method: 'POST',
    path: '/items',
    allow: [staffPool.group('chefs'), staffPool.scope('items.write')],
    summary: 'Adds an item',
    input: async () => ({ body: item }),
    responses: async () => ({ 201: item }),
    handle: ({ body }) => respond(201, body),
  }),
];

export async function startApi({ tokenCacheSize = 10_000, ...options }: ApiOptions = {}): Promise<Api> {
  const [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  const lines: string[] = [];
  const log = pino({ level: 'trace', base: null }, { write: (line) => lines.push(line) });
  const trusted = startPoolKeys([customers.pool, staff.pool], { refreshSeconds: 600, log });
  const guard = createGuard({ pools: trusted, log, tokenCacheSize });
  const document = await openApiDocument(fixtureRoutes, access.document, { title: '', version: '', description: '' });
  const { watch, violations } = checkAnswers(document);
  const app = createApp({ routes: fixtureRoutes, services: undefined, guard, realm: product.name, log, ...options });
  return {
    app: express().disable('x-powered-by').use(watch, app),
    trusted,
    customers,
    staff,
    lines,
    close: async () => {
      for (const { keys } of trusted) keys.close();
      await Promise.all([customers.close(), staff.close()]);
      if (violations.length > 0) throw new Error(`Responses are not as documented:\n${violations.join('\n')}`);
    },
  };
}
