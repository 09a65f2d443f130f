import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { createApp } from './app.js';
import { createGuard } from './auth/guard.js';
import { trustPools } from './auth/trust.js';
import { readConfig } from './config.js';
import { answerClientError } from './http/client-error.js';
import { stopGracefully } from './http/stop.js';
import { createMemoryStore } from './pizzas/store.js';
import { StartError } from './start-error.js';

/** Resolves to where the server listens. */
async function listen(server: Server, port: number, host: string) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const why =
        code === 'EADDRINUSE' ? `is in use: stop what listens there, or set PORT` : `can't be had: ${message}`;
      reject(new StartError(`Port ${port} on ${host} ${why} to another (0 takes a free one).`));
    });
    server.listen(port, host, resolve);
  });
  const { address, port: actual, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}

async function start(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, 'laptop');
  const log = pino({ level: config.logLevel, base: null });
  for (const warning of config.warnings) log.warn(warning);

  const trusted = trustPools(config.pools ?? [], { refreshSeconds: config.jwksRefreshSeconds, log });
  const guard = createGuard({ pools: trusted, rememberedTokens: config.rememberedTokens });
  const app = createApp({ guard, log, corsOrigins: config.corsOrigins, pizzas: createMemoryStore() });
  const server = createServer(app).on('clientError', answerClientError);
  const apiUrl = await listen(server, config.port, config.host);
  process.stdout.write(`API            ${apiUrl}\n`);

  const stop = async () => {
    await stopGracefully(server);
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

start(process.env).catch((error: unknown) => {
  const isOurs = error instanceof StartError;
  process.stderr.write(`${isOurs ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
});
