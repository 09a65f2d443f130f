import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { createApp } from './app.js';
import { createGuard } from './auth/guard.js';
import { trustPools } from './auth/trust.js';
import { ConfigError, readConfig } from './config.js';
import { answerClientError } from './http/client-error.js';
import { stopGracefully } from './http/stop.js';
import { createMemoryStore } from './pizzas/store.js';

async function listen(server: Server, port: number, host: string) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, port: actual, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}

async function start(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, 'laptop');
  const log = pino({ level: config.logLevel, base: null });
  const trusted = trustPools(config.pools ?? [], { refreshSeconds: config.jwksRefreshSeconds, log });
  const guard = createGuard({ pools: trusted, rememberedTokens: config.rememberedTokens });
  const app = createApp({ guard, log, corsOrigins: config.corsOrigins, pizzas: createMemoryStore() });
  const server = createServer(app).on('clientError', answerClientError);
  await listen(server, config.port, config.host);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void stopGracefully(server).then(() => trusted.forEach(({ keys }) => keys.close()));
    });
  }
}

start(process.env).catch((error: unknown) => {
  const isExpected = error instanceof ConfigError;
  process.stderr.write(`${isExpected ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
});
