import type { Logger } from 'pino';
import { access } from './api/access.js';
import { localUsers } from './api/local-users.js';
import { product } from './api/product.js';
import { routes } from './api/routes.js';
import { createServices } from './api/services.js';
import { settings as apiSettings } from './api/settings.js';
import { table as definition } from './api/table.js';
import { triggers } from './api/triggers/index.js';
import { writeProfile } from './local/profile.js';
import { startBanner } from './local/start-banner.js';
import { startLocal, type LocalCognito } from './local/start.js';
import { createGuard } from './platform/auth/guard.js';
import { createPool } from './platform/auth/pool.js';
import { startPoolKeys } from './platform/auth/pool-keys.js';
import { readLocalSettings, type LocalSettings } from './platform/config/settings.js';
import { StartError } from './platform/config/start-error.js';
import { pageOrigins } from './platform/contract/page-origins.js';
import { readDocs } from './platform/docs-page/page.js';
import { docsRoutes } from './platform/docs-page/routes.js';
import { createTable } from './platform/dynamodb/table.js';
import { bindServices } from './platform/dynamodb/tenant-table.js';
import { createRevocationGuard } from './platform/revocation/revocation-guard.js';
import { createRevocations } from './platform/revocation/revocations.js';
import { createApp } from './platform/http/app.js';
import { createMetrics } from './platform/http/metrics.js';
import { stopGracefully } from './platform/node/graceful-shutdown.js';
import { createLog } from './platform/node/log.js';
import { createAppServer, listen } from './platform/node/server.js';

type Own = typeof apiSettings;

/** What must be closed at the end, the last first. */
class Closers {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown) {
    this.#closers.push(close);
  }

  async closeAll() {
    for (const close of this.#closers.toReversed()) await close();
  }
}

/** The pools of the local Cognito, as COGNITO_POOLS would name them. */
function emulatedPools({ pools, machines }: LocalCognito) {
  return Object.entries(pools).map(([name, { clientId, clientSecret: _clientSecret, ...pool }]) => {
    const machineIds = Object.values(machines)
      .filter(({ pool }) => pool === name)
      .map((machine) => machine.clientId);
    const tokenUse = access.document[name]?.tokenUse;
    const clientIds = [clientId, pool.publicClientId, ...machineIds];
    return createPool(name, { ...pool, clientIds, ...(tokenUse && { tokenUse }) });
  });
}

/** Loaded only where it is needed: with TABLE_NAME set, the table is DynamoDB's. */
async function startEmulatedTable(dir: string) {
  const { startDynamoDb } = await import('./local/dynamodb.js');
  return startDynamoDb({ dir, definition: definition.document });
}

/** Loaded only where traces are sent. */
async function startTracing(endpoint: string) {
  const { createTracer } = await import('./platform/tracing/otlp.js');
  return createTracer({ endpoint, serviceName: product.name });
}

/** The last spans have that long to reach the collector at the end. */
const LAST_FLUSH_MS = 1_000;

/** Starts everything that the settings ask for; resolves to how to stop it. */
async function startAll(settings: LocalSettings<Own>, env: NodeJS.ProcessEnv, log: Logger) {
  const { LOCAL_DIR: dir, HOST: host } = settings;
  const corsOrigins = [...new Set([...settings.CORS_ORIGINS, ...pageOrigins(access.document)])];
  const closers = new Closers();
  try {
    const local =
      settings.pools === 'emulated'
        ? await startLocal({
            product,
            pools: access.document,
            users: localUsers,
            triggers,
            dir,
            host,
            port: settings.PORT,
            env,
            log,
            tls: true,
            cognitoPort: settings.LOCAL_COGNITO_PORT,
            cognitoIssuer: settings.LOCAL_COGNITO_ISSUER,
            cognitoHosts: settings.LOCAL_COGNITO_HOSTS,
            corsOrigins,
          })
        : undefined;
    if (local) closers.add(() => local.close());
    const emulatedTable = settings.table === 'emulated' ? await startEmulatedTable(dir) : undefined;
    if (emulatedTable) closers.add(() => emulatedTable.close());
    const address = settings.table === 'emulated' ? emulatedTable?.settings : settings.table;
    if (!address) throw new Error('There is no table');
    const metrics = settings.METRICS ? createMetrics({ namespace: product.name, functionName: 'local' }) : undefined;
    const counted = metrics && { counts: metrics.counts };
    const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = settings;
    const traced = collector && { tracer: await startTracing(collector) };
    if (traced) closers.add(() => traced.tracer.close(LAST_FLUSH_MS));
    const table = createTable({ ...address, definition, log, ...counted, ...traced });
    closers.add(() => table.close());

    const keyOptions = {
      refreshSeconds: settings.JWKS_REFRESH_SECONDS,
      maxStaleSeconds: settings.JWKS_MAX_STALE_SECONDS,
      log,
      ...counted,
    };
    const pools = settings.pools === 'emulated' ? (local ? emulatedPools(local) : []) : settings.pools;
    const docs = settings.DOCS ? docsRoutes(readDocs(new URL('../docs/', import.meta.url), product.name, pools)) : [];
    const revocations = createRevocations(table);
    const own = { settings: settings.own, revocations };
    const app = createApp({
      routes: [...routes, ...docs],
      ...bindServices(table, definition, (bound) => createServices({ ...own, table: bound })),
      guard: createGuard({
        pools: startPoolKeys(pools, keyOptions),
        declared: access.document,
        log,
        tokenCacheSize: settings.TOKEN_CACHE_SIZE,
        ...counted,
      }),
      revocationGuard: createRevocationGuard({
        revocations,
        log,
        whenUnavailable: settings.REVOCATION_UNAVAILABLE,
      }),
      realm: product.name,
      log,
      corsOrigins,
      ...(metrics && { metrics }),
      ...traced,
    });
    const server = createAppServer(app, log);
    const apiUrl = await listen(server, settings.PORT, host);
    if (local) await writeProfile(dir, { apiUrl, ...local, table: emulatedTable?.settings });
    process.stdout.write(startBanner({ product, apiUrl, docs: settings.DOCS, local, users: localUsers, dir }));
    return async () => {
      await stopGracefully(server);
      await closers.closeAll();
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(env: NodeJS.ProcessEnv) {
  const settings = readLocalSettings(env, apiSettings);
  const log = createLog(settings.LOG_LEVEL);
  for (const warning of settings.warnings) log.warn(warning);
  const stopAll = await startAll(settings, env, log);
  const stop = async () => {
    await stopAll();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

start(process.env).catch((error: unknown) => {
  const isExplained = error instanceof StartError;
  process.stderr.write(`${isExplained ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
});
