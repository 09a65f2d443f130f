import pino from 'pino';
import { createApp } from './platform/http/app.js';
import { createGuard } from './platform/auth/guard.js';
import { startPoolKeys } from './platform/auth/trust.js';
import { readConfig } from './platform/config/settings.js';
import { readDocs } from './platform/docs-page/handlers.js';
import { docsRoutes } from './platform/docs-page/routes.js';
import { createHandler, lambdaRequestHooks } from './platform/lambda/handler.js';
import { createSerializers } from './platform/lambda/source-stack.js';
import { createDynamoStore } from './api/pizzas/store.js';
import { routes } from './api/routes.js';
import { StartError } from './platform/config/start-error.js';

/** Everything that can be made ready before the first call; the keys are on their way when this returns. */
function load(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, 'lambda');
  const log = pino({ level: config.logLevel, base: null, serializers: createSerializers() });
  for (const warning of config.warnings) log.warn(warning);

  const pools = startPoolKeys(config.pools ?? [], { refreshSeconds: config.jwksRefreshSeconds, log });
  const guard = createGuard({ pools, log, tokenCacheSize: config.tokenCacheSize });
  const pizzas = createDynamoStore({ table: String(config.table), log });
  const offered = config.docs ? [...routes, ...docsRoutes(readDocs(new URL('docs/', import.meta.url)))] : routes;
  const { corsOrigins } = config;
  const app = createApp({ guard, log, corsOrigins, routes: offered, pizzas, ...lambdaRequestHooks });
  return createHandler({ app, log });
}

/** Lambda logs an error of loading with its stack, which for settings that are wrong tells nothing. */
function loadOrSayWhy(env: NodeJS.ProcessEnv) {
  try {
    return load(env);
  } catch (error) {
    if (error instanceof StartError) error.stack = `${error.name}: ${error.message}`;
    throw error;
  }
}

/** The function's handler, `index.handler`: an event of payload format 2.0 -> the answer. */
export const handler = loadOrSayWhy(process.env);
