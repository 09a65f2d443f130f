import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino, { type Logger } from 'pino';
import { createApp } from './platform/http/app.js';
import { createGuard } from './platform/auth/guard.js';
import { createPool } from './platform/auth/pool.js';
import { startPoolKeys } from './platform/auth/trust.js';
import { readConfig, type Config } from './platform/config/settings.js';
import { docsRoutes, signInRoute } from './platform/docs-page/routes.js';
import { readDocs } from './platform/docs-page/handlers.js';
import { appServerOptions } from './platform/http/app-prototypes.js';
import { handleClientError } from './platform/node/client-error.js';
import { stopGracefully } from './platform/node/graceful-shutdown.js';
import { createSignIn } from './local/sign-in.js';
import { startLocal, writeProfile, type LocalCloud } from './local/start.js';
import { createDynamoStore } from './api/pizzas/store.js';
import { routes } from './api/routes.js';
import { StartError } from './platform/config/start-error.js';
import { welcome } from './local/start-banner.js';

/** Resolves to where the server listens. */
async function listen(server: Server, port: number, host: string) {
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const why =
        code === 'EADDRINUSE'
          ? 'is in use: stop what listens there, or set PORT'
          : `can't be had (${message}): set PORT`;
      reject(new StartError(`Port ${port} on ${host} ${why} to another (0 takes a free one).`));
    });
    server.listen(port, host, resolve);
  });
  const { address, port: actual, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}

/** The pools of the stand-in, as COGNITO_POOLS would name them. */
function localPools({ pools }: LocalCloud) {
  return Object.entries(pools).map(([name, { userPoolId, clientId, issuer, jwksUri, machine }]) =>
    createPool(name, { userPoolId, clientIds: [clientId, ...(machine ? [machine.clientId] : [])], issuer, jwksUri }),
  );
}

/** Loaded only where it is needed: with TABLE_NAME set, the table is DynamoDB's. */
async function startLocalTable(dir: string) {
  const { startDynamoDb } = await import('./local/dynamodb.js');
  return startDynamoDb({ dir });
}

/** With the stand-ins, the page can sign people in. */
function docsOf(local: LocalCloud | undefined) {
  const docs = readDocs(new URL('../docs/', import.meta.url), Object.keys(local?.pools ?? {}));
  return [...(local ? [signInRoute(createSignIn(local))] : []), ...docsRoutes(docs)];
}

/** Everything that `config` asks for, started; resolves to how to stop it. */
async function startAll(config: Config, env: NodeJS.ProcessEnv, log: Logger) {
  const { localDir: dir, localCognitoPort: cognitoPort } = config;
  const running: { close: () => unknown }[] = [];
  const close = async () => {
    for (const part of running.toReversed()) await part.close();
  };
  try {
    const local = config.pools ? undefined : await startLocal({ dir, cognitoPort, env, log });
    if (local) running.push(local);
    const localTable = config.table === undefined ? await startLocalTable(dir) : undefined;
    if (localTable) running.push(localTable);
    const pizzas = createDynamoStore({ log, ...(localTable?.settings ?? { table: String(config.table) }) });
    running.push(pizzas);
    const pools = config.pools ?? (local ? localPools(local) : []);
    const trusted = startPoolKeys(pools, { refreshSeconds: config.jwksRefreshSeconds, log });
    const guard = createGuard({ pools: trusted, log, tokenCacheSize: config.tokenCacheSize });
    const docs = config.docs ? docsOf(local) : [];
    const { corsOrigins } = config;
    const app = createApp({ guard, log, corsOrigins, pizzas, routes: [...routes, ...docs] });
    const server = createServer(appServerOptions(app), app).on('clientError', handleClientError);
    const apiUrl = await listen(server, config.port, config.host);
    if (local) await writeProfile(dir, { apiUrl, ...local });
    process.stdout.write(welcome(apiUrl, { docs: config.docs, local: local && { ...local, dir } }));
    return async () => {
      await stopGracefully(server);
      await close();
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(env: NodeJS.ProcessEnv) {
  const config = readConfig(env, 'local');
  const log = pino({ level: config.logLevel, base: null });
  for (const warning of config.warnings) log.warn(warning);
  const stopAll = await startAll(config, env, log);
  const stop = async () => {
    await stopAll();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

start(process.env).catch((error: unknown) => {
  const isOurs = error instanceof StartError;
  process.stderr.write(`${isOurs ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
});
