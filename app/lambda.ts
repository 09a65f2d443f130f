import { access } from './api/access.js';
import { product } from './api/product.js';
import { routes } from './api/routes.js';
import { createServices } from './api/services.js';
import { settings as apiSettings } from './api/settings.js';
import { table as definition } from './api/table.js';
import { createGuard } from './platform/auth/guard.js';
import { startPoolKeys } from './platform/auth/pool-keys.js';
import { readLambdaSettings } from './platform/config/settings.js';
import { loadOrExplain, StartError } from './platform/config/start-error.js';
import { readDocs } from './platform/docs-page/page.js';
import { docsRoutes } from './platform/docs-page/routes.js';
import { createTable } from './platform/dynamodb/table.js';
import { tablesOfRole } from './platform/dynamodb/tenant-role.js';
import { bindServices } from './platform/dynamodb/tenant-table.js';
import { createRevocationGuard } from './platform/revocation/revocation-guard.js';
import { createRevocations } from './platform/revocation/revocations.js';
import { createApp } from './platform/http/app.js';
import { createMetrics } from './platform/http/metrics.js';
import { createHandler, lambdaRequestHooks } from './platform/lambda/handler.js';
import { createLog } from './platform/lambda/log.js';
import type { createOriginCheck } from './platform/lambda/origin.js';
import type { createTracer } from './platform/tracing/otlp.js';

/** What is loaded where settings ask for it, and nowhere else. */
interface Optional {
  readonly createTracer?: typeof createTracer;
  readonly createOriginCheck?: typeof createOriginCheck;
}

function startTracing(endpoint: string, serviceName: string, { createTracer: create }: Optional) {
  if (create) return create({ endpoint, serviceName });
  throw new StartError(
    'OTEL_EXPORTER_OTLP_ENDPOINT is set, but this build has no tracing: build with TRACING=on, or leave it out.',
  );
}

/** Everything that can be made ready before the first invocation; keys that are not carried are on their way when this returns. */
function load(env: NodeJS.ProcessEnv, optional: Optional) {
  const settings = readLambdaSettings(env, apiSettings);
  const log = createLog(settings.LOG_LEVEL);
  for (const warning of settings.warnings) log.warn(warning);

  const functionName = env['AWS_LAMBDA_FUNCTION_NAME'] ?? product.name;
  const metrics = settings.METRICS ? createMetrics({ namespace: product.name, functionName }) : undefined;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = settings;
  const tracer = collector && startTracing(collector, functionName, optional);
  const traced = tracer && { tracer };
  const counted = metrics && { counts: metrics.counts };
  const keyOptions = {
    refreshSeconds: settings.JWKS_REFRESH_SECONDS,
    carried: settings.carriedKeys,
    maxStaleSeconds: settings.JWKS_MAX_STALE_SECONDS,
    log,
    ...counted,
  };
  const pools = startPoolKeys(settings.pools, keyOptions);
  const docs = settings.DOCS
    ? docsRoutes(readDocs(new URL('docs/', import.meta.url), product.name, settings.pools))
    : [];
  const tableOptions = { name: settings.tableName, definition, log, ...counted, ...traced };
  const table = createTable(tableOptions);
  const { TENANT_ROLE_ARN: arn } = settings;
  const revocations = createRevocations(table);
  const origin = optional.createOriginCheck?.(settings.originSecretDigests);
  const own = { settings: settings.own, revocations };
  const app = createApp({
    routes: [...routes, ...docs],
    ...bindServices(
      table,
      definition,
      (bound) => createServices({ ...own, table: bound }),
      arn === undefined ? undefined : tablesOfRole({ arn }, tableOptions),
    ),
    guard: createGuard({
      pools,
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
    ...(origin && { isOriginAllowed: origin.isAllowed }),
    realm: product.name,
    log,
    corsOrigins: settings.CORS_ORIGINS,
    ...(metrics && { metrics }),
    ...traced,
    ...lambdaRequestHooks,
  });
  return createHandler({ app, log, origin, ...traced });
}

/** A build without TRACING=on has nothing of the tracing. */
const optional: Optional = {
  ...(process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] && (await import('./platform/tracing/otlp.js'))),
  ...(process.env['ORIGIN_SECRET_DIGESTS'] && (await import('./platform/lambda/origin.js'))),
};

/** The function's handler, `index.handler`: an event of payload format 2.0 -> the response. */
export const handler = loadOrExplain(() => load(process.env, optional));
