import pino from 'pino';
import { createApp } from './app.js';
import { createGuard } from './auth/guard.js';
import { trustPools } from './auth/trust.js';
import { readConfig } from './config.js';
import { createHandler, ofInvocation } from './http/invocation.js';
import { createSerializers } from './http/stack.js';
import { createDynamoStore } from './pizzas/store.js';
import { StartError } from './start-error.js';

/** Everything that can be made ready before the first call; the keys are on their way when this returns. */
function load(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, 'lambda');
  const log = pino({ level: config.logLevel, base: null, serializers: createSerializers() });
  for (const warning of config.warnings) log.warn(warning);

  const pools = trustPools(config.pools ?? [], { refreshSeconds: config.jwksRefreshSeconds, log });
  const guard = createGuard({ pools, log, rememberedTokens: config.rememberedTokens });
  const pizzas = createDynamoStore({ table: String(config.table), log });
  const app = createApp({ guard, log, corsOrigins: config.corsOrigins, pizzas, ...ofInvocation });
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
