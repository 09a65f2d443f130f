import express, { type Express } from 'express';
import pino, { type Logger } from 'pino';
import { startDynamoDb } from '../../app/local/dynamodb.js';
import { createGuard } from '../../app/platform/auth/guard.js';
import { startPoolKeys, type TrustedPool } from '../../app/platform/auth/pool-keys.js';
import { readLocalSettings } from '../../app/platform/config/settings.js';
import { openApiDocument } from '../../app/platform/contract/openapi.js';
import { createTable } from '../../app/platform/dynamodb/table.js';
import { bindServices } from '../../app/platform/dynamodb/tenant-table.js';
import { createRevocationGuard } from '../../app/platform/revocation/revocation-guard.js';
import { createRevocations } from '../../app/platform/revocation/revocations.js';
import { createApp, type AppOptions } from '../../app/platform/http/app.js';
import type { Metrics } from '../../app/platform/http/metrics.js';
import type { Tracer } from '../../app/platform/http/tracer.js';
import { checkResponses } from './documented-responses.js';
import { access } from './fixture-api/access.js';
import { product } from './fixture-api/product.js';
import { routes as fixtureRoutes } from './fixture-api/routes.js';
import { createServices, type Services } from './fixture-api/services.js';
import { settings } from './fixture-api/settings.js';
import { table as definition } from './fixture-api/table.js';
import { startIssuer, type Issuer } from './issuer.js';

export interface ApiOptions extends Partial<Pick<AppOptions<Services>, 'corsOrigins' | 'routes' | 'remainingMs'>> {
  tokenCacheSize?: number;
  metrics?: Metrics;
  tracer?: Tracer;
}

/** The fixture API in this process, with two pools that issue real tokens and a DynamoDB of its own. */
export interface Api {
  app: Express;
  trusted: readonly TrustedPool[];
  customers: Issuer;
  staff: Issuer;
  log: Logger;
  /** Every log line so far, as it was written. */
  lines: string[];
  /** Fails when a response was not as the OpenAPI document says. */
  close(): Promise<void>;
}

export async function startApi({
  tokenCacheSize = 10_000,
  metrics,
  tracer,
  ...options
}: ApiOptions = {}): Promise<Api> {
  const [customers, staff] = await Promise.all([startIssuer('customers'), startIssuer('staff')]);
  const dynamoDb = await startDynamoDb({ definition: definition.document });
  const lines: string[] = [];
  const log = pino({ level: 'trace', base: null }, { write: (line) => lines.push(line) });
  const counted = metrics && { counts: metrics.counts };
  const trusted = startPoolKeys([customers.pool, staff.pool], { refreshSeconds: 600, log, ...counted });
  const traced = tracer && { tracer };
  const table = createTable({ ...dynamoDb.settings, definition, log, ...counted, ...traced });
  const { routes = fixtureRoutes, ...others } = options;
  const document = await openApiDocument(routes, access.document, { title: '', version: '', description: '' });
  const { watch, violations } = checkResponses(document);
  const revocations = createRevocations(table);
  const app = createApp({
    routes,
    ...bindServices(table, definition, (bound) =>
      createServices({ settings: readLocalSettings({}, settings).own, table: bound, revocations }),
    ),
    revocationGuard: createRevocationGuard({ revocations, log }),
    guard: createGuard({ pools: trusted, declared: access.document, log, tokenCacheSize, ...counted }),
    realm: product.name,
    log,
    ...(metrics && { metrics }),
    ...traced,
    ...others,
  });
  return {
    app: express().disable('x-powered-by').use(watch, app),
    trusted,
    customers,
    staff,
    log,
    lines,
    close: async () => {
      for (const { keys } of trusted) keys.close();
      table.close();
      await Promise.all([customers.close(), staff.close(), dynamoDb.close()]);
      if (violations.length > 0) throw new Error(`Responses are not as documented:\n${violations.join('\n')}`);
    },
  };
}
