import { readFileSync } from 'node:fs';
import { startPoolKeys } from './platform/auth/pool-keys.js';
import { readAuthorizerSettings } from './platform/config/settings.js';
import { loadOrExplain } from './platform/config/start-error.js';
import type { AuthorizerDocument } from './platform/contract/authorizer.js';
import { createAuthorizer } from './platform/lambda/authorizer.js';
import { createLog } from './platform/lambda/log.js';

/** Keys that are not carried are on their way when this returns. */
function load(env: NodeJS.ProcessEnv) {
  const settings = readAuthorizerSettings(env);
  const log = createLog(settings.LOG_LEVEL);
  for (const warning of settings.warnings) log.warn(warning);
  const pools = startPoolKeys(settings.pools, {
    refreshSeconds: settings.JWKS_REFRESH_SECONDS,
    carried: settings.carriedKeys,
    maxStaleSeconds: settings.JWKS_MAX_STALE_SECONDS,
    log,
  });
  // The build puts it beside the bundle: the route table itself would bring along handlers, Express and the AWS SDK.
  const document = JSON.parse(readFileSync(new URL('authorizer.json', import.meta.url), 'utf8')) as AuthorizerDocument;
  return createAuthorizer({ pools, document, log, tokenCacheSize: settings.TOKEN_CACHE_SIZE });
}

/** The access authorizer's handler, `index.handler`: an authorizer's event of payload format 2.0 -> whether it is allowed. */
export const handler = loadOrExplain(() => load(process.env));
