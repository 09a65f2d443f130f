import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { Context } from '../context.js';
import { isLoginPage, servePage } from '../managed-login/routes.js';
import type { Run } from '../operation.js';
import { operationNamed } from '../operations.js';
import { mailboxHeaders, mailboxPage } from '../outbox/mailbox-page.js';
import { maxBytesOf, parseJson, readBody } from './body.js';
import type { LocalRequests } from './local-requests.js';
import { isImportUpload, storeUpload } from './import-upload.js';
import { poolImage } from './images.js';
import { openidConfiguration } from './oauth/discovery.js';
import { oauthEndpoint } from './oauth/endpoints.js';
import { awsError, errorResponse, json, result, type Response } from './responses.js';
import { checkSignature } from './signature.js';

const TARGET = /^AWSCognitoIdentityProviderService\.(?<operation>\w{1,64})$/u;
const POOL_DOCUMENT = /^\/(?<poolId>[\w-]+)\/\.well-known\/(?<name>jwks\.json|openid-configuration)$/u;

export interface RouterOptions {
  context: Context;
  run: Run;
  log: Logger;
  localRequests: LocalRequests;
}

/**
 * What the emulator serves: AWS JSON 1.1 at `/`, the pools' public documents, the OAuth endpoints, and managed login.
 * A response that can't be sent, because a header has an invalid character for instance, is 500.
 */
export function createRouter(options: RouterOptions): RequestListener {
  const { log, localRequests } = options;
  return (request, response) => {
    const id = randomUUID();
    const started = performance.now();
    const send = ({ status, headers, body }: Response) => {
      const content = contentOf(body);
      const common = { 'x-amzn-requestid': id, 'cache-control': 'no-store', ...localRequests.corsHeaders(request) };
      response.writeHead(status, { ...common, ...headers }).end(content);
      const ms = Math.round(performance.now() - started);
      log.debug({ id, operation: operationIn(request), status, ms }, 'cognito');
    };
    void route(options, request)
      .then(send)
      .catch((error: unknown) => send(errorResponse(log, error)))
      .catch(() => response.destroy());
  };
}

const contentOf = (body: Response['body']) =>
  typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;

async function route({ context, run, localRequests }: RouterOptions, request: IncomingMessage): Promise<Response> {
  if (!localRequests.includes(request))
    return awsError(
      403,
      'ForbiddenException',
      'The local Cognito accepts requests from this machine only, without a proxy in between; LOCAL_COGNITO_HOSTS and CORS_ORIGINS add to that.',
    );
  if (request.method === 'OPTIONS') return { status: 204, headers: localRequests.preflightHeaders };
  const [path = '/'] = request.url?.split('?', 1) ?? [];
  const oauth = oauthEndpoint(request.method, path);
  if (oauth) {
    const { authorization } = request.headers;
    const body = await readBody(request);
    return run({ writes: true, call: (context) => oauth({ context, authorization, body }) }, undefined);
  }
  if (isLoginPage(path)) {
    const body = await readBody(request);
    return run({ writes: true, call: (context) => servePage(context, request, body) }, undefined);
  }
  if (isImportUpload(request)) return storeUpload(run, request);
  if (request.method === 'GET' && path === '/outbox') return outboxPage(context, request);
  if (request.method === 'GET') return poolImage(context, path) ?? poolDocument(context, request, path);
  if (request.method === 'POST' && path === '/') {
    const name = operationIn(request) ?? '(none)';
    const operation = operationNamed(name);
    checkSignature(name, request.headers);
    return result(await run(operation, parseJson(await readBody(request, maxBytesOf(name)))));
  }
  return notFound;
}

const notFound = awsError(404, 'UnknownOperationException', 'The local Cognito serves nothing at this path.');

/** The codes are for people to read: scripts of a page, on loopback as well, are refused. */
function outboxPage({ outbox }: Context, { headers }: IncomingMessage): Response {
  if (headers.origin !== undefined)
    return awsError(403, 'ForbiddenException', 'The outbox is a page to open in a browser, not for scripts of pages.');
  return { status: 200, headers: mailboxHeaders, body: mailboxPage(outbox.newest) };
}

function poolDocument(context: Context, { headers, socket }: IncomingMessage, path: string): Response {
  const { poolId = '', name } = POOL_DOCUMENT.exec(path)?.groups ?? {};
  const pool = context.state.pools.get(poolId);
  if (!pool) return notFound;
  if (name === 'jwks.json') return json(context.keys.jwks(pool));
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  return json(openidConfiguration(context, pool, `${scheme}://${headers.host}`));
}

function operationIn({ headers }: IncomingMessage): string | undefined {
  return TARGET.exec(String(headers['x-amz-target']))?.groups?.['operation'];
}
