import express, { type Express } from 'express';
import pino from 'pino';
import { createApp, type AppOptions } from '../../app/platform/http/app.js';
import { createGuard } from '../../app/platform/auth/guard.js';
import type { TrustedPool } from '../../app/platform/auth/pool-keys.js';
import { startPoolKeys } from '../../app/platform/auth/pool-keys.js';
import { createDynamoStore } from '../../app/api/pizzas/store.js';
import { startDynamoDb } from '../../app/local/dynamodb.js';
import { openApiDocument } from '../../app/platform/contract/openapi.js';
import { routes } from '../../app/api/routes.js';
import { checkAnswers } from './documented-responses.js';
import { startIssuer, type Issuer } from './issuer.js';

export interface ApiOptions extends Pick<Partial<AppOptions>, 'corsOrigins' | 'routes' | 'remainingMs'> {
  tokenCacheSize?: number;
}

/** The API as it runs on a laptop, with two pools that issue real tokens. */
export interface Api {
  app: Express;
  trusted: readonly TrustedPool[];
  customers: Issuer;
  staff: Issuer;
  /** Every log line so far, as it was written. */
  lines: string[];
  /** Fails when any answer was not as the OpenAPI document says. */
  close(): Promise<void>;
}

export async function startApi({ tokenCacheSize = 10_000, ...options }: ApiOptions = {}): Promise<Api> {
  const [customers, staff, dynamoDb] = await Promise.all([
    startIssuer('customers'),
    startIssuer('staff'),
    startDynamoDb(),
  ]);
  const lines: string[] = [];
  const log = pino({ level: 'trace', base: null }, { write: (line) => lines.push(line) });
  const trusted = startPoolKeys([customers.pool, staff.pool], { refreshSeconds: 600, log });
  const guard = createGuard({ pools: trusted, log, tokenCacheSize });
  const pizzas = createDynamoStore({ ...dynamoDb.settings, log });
  const { watch, violations } = checkAnswers(
    await openApiDocument(routes, { title: '', version: '', description: '' }),
  );
  const app = createApp({ guard, log, pizzas, ...options });
  return {
    app: express().disable('x-powered-by').use(watch, app),
    trusted,
    customers,
    staff,
    lines,
    close: async () => {
      for (const { keys } of trusted) keys.close();
      pizzas.close();
      await Promise.all([customers.close(), staff.close(), dynamoDb.close()]);
      if (violations.length > 0) throw new Error(`Answers are not as documented:\n${violations.join('\n')}`);
    },
  };
}
