import { access } from '../api/access.js';
import { product } from '../api/product.js';
import { routes } from '../api/routes.js';
import { settings } from '../api/settings.js';
import { table } from '../api/table.js';
import { triggers } from '../api/triggers/index.js';
import { settingDocuments } from '../platform/config/setting.js';
import { assertAccess } from '../platform/contract/assert-access.js';
import { assertRoutes } from '../platform/contract/assert-routes.js';
import { authorizerDocument } from '../platform/contract/authorizer.js';
import { COMMAND_CALLBACK_URLS } from '../platform/contract/command-callbacks.js';
import type { DeploymentDocument } from '../platform/contract/deployment.js';
import { gatewayDocument } from '../platform/contract/gateway.js';
import { openApiDocument } from '../platform/contract/openapi.js';
import { problemReference } from '../platform/contract/problem-reference.js';
import { docsRoutes } from '../platform/docs-page/routes.js';
import { corsHeaders } from '../platform/http/cors.js';
import { triggerDocuments } from '../platform/triggers/trigger.js';

export { product, triggers };

interface DocumentOptions {
  /** Of `package.json`. */
  readonly version: string;
  readonly description: string;
  /** Whether the docs go to the cloud as well. */
  readonly docs: boolean;
}

/** What the build writes for others to read, by file name. Throws an Error that names the route that is wrong. */
export async function documents({ version, description, docs }: DocumentOptions) {
  assertAccess(access);
  assertRoutes(routes, access.document);
  // No request reads these routes' page.
  const offered = docs
    ? [...routes, ...docsRoutes({ document: '', page: '', callback: '', loginOrigins: [], assets: {} })]
    : routes;
  const deployment: DeploymentDocument = {
    name: product.name,
    settings: settingDocuments(settings),
    table: table.document,
    cors: corsHeaders(routes),
    commandCallbackUrls: COMMAND_CALLBACK_URLS,
    triggers: triggerDocuments(triggers),
  };
  return {
    'gateway.json': gatewayDocument(offered),
    'authorizer.json': authorizerDocument(routes, access.document),
    'pools.json': access.document,
    'deployment.json': deployment,
    'problems.md': await problemReference(product.name, routes),
    'openapi.json': await openApiDocument(routes, access.document, { title: product.name, version, description }),
  };
}
