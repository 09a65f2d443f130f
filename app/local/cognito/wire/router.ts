import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { issuerOf, type Context } from '../context.js';
import { CognitoError } from '../errors.js';
import type { Run } from '../operation.js';
import { operationNamed } from '../operations.js';
import { mailboxHeaders, mailboxPage } from '../outbox/mailbox-page.js';
import { customScopes } from '../pools/resource-servers.js';
import type { Pool } from '../state/state.js';
import { corsHeaders, isLocalRequest, PREFLIGHT_HEADERS } from './loopback.js';
import { awsError, BodyTooLarge, errorResponse, json, result, type Response } from './responses.js';
import { checkSignature } from './signature.js';
import { issueMachineToken } from './token-endpoint.js';

const TARGET = /^AWSCognitoIdentityProviderService\.(?<operation>\w{1,64})$/u;
const POOL_DOCUMENT = /^\/(?<poolId>[\w-]+)\/\.well-known\/(?<name>jwks\.json|openid-configuration)$/u;

const MAX_BODY_BYTES = 128 * 1024;
const MAX_DEPTH = 32;

interface RouterOptions {
  context: Context;
  run: Run;
  log: Logger;
}

/** What the emulator serves: AWS JSON 1.1 at `/`, the pools' public documents, and the OAuth token endpoint. */
export function createRouter({ context, run, log }: RouterOptions): RequestListener {
  return (request, response) => {
    const id = randomUUID();
    const started = performance.now();
    const send = ({ status, headers, body }: Response) => {
      const common = { 'x-amzn-requestid': id, 'cache-control': 'no-store', ...corsHeaders(request) };
      response.writeHead(status, { ...common, ...headers }).end(typeof body === 'object' ? JSON.stringify(body) : body);
      const ms = Math.round(performance.now() - started);
      log.debug({ id, operation: operationIn(request), status, ms }, 'cognito');
    };
    void route(context, run, request)
      .catch((error: unknown) => errorResponse(log, error))
      .then(send);
  };
}

async function route(context: Context, run: Run, request: IncomingMessage): Promise<Response> {
  if (!isLocalRequest(request))
    return awsError(403, 'ForbiddenException', 'The local Cognito accepts requests from this machine only.');
  if (request.method === 'OPTIONS') return { status: 204, headers: PREFLIGHT_HEADERS };
  const [path = '/'] = request.url?.split('?', 1) ?? [];
  if (request.method === 'GET' && path === '/outbox') return outboxPage(context, request);
  if (request.method === 'GET') return poolDocument(context, path);
  if (request.method === 'POST' && path === '/') {
    const name = operationIn(request) ?? '(none)';
    const operation = operationNamed(name);
    checkSignature(name, request.headers);
    return result(await run(operation, parseJson(await readBody(request))));
  }
  if (request.method === 'POST' && path === '/oauth2/token')
    return json(await issueMachineToken(context, request.headers.authorization, await readBody(request)));
  return notFound;
}

const notFound = awsError(404, 'UnknownOperationException', 'The local Cognito serves nothing at this path.');

/** The codes are for people to read: scripts of a page, on loopback as well, are refused. */
function outboxPage({ outbox }: Context, { headers }: IncomingMessage): Response {
  if (headers.origin !== undefined)
    return awsError(403, 'ForbiddenException', 'The outbox is a page to open in a browser, not for scripts of pages.');
  return { status: 200, headers: mailboxHeaders, body: mailboxPage(outbox.newest) };
}

function poolDocument(context: Context, path: string): Response {
  const { poolId = '', name } = POOL_DOCUMENT.exec(path)?.groups ?? {};
  const pool = context.state.pools.get(poolId);
  if (!pool) return notFound;
  return json(name === 'jwks.json' ? context.keys.jwks(pool) : openidConfiguration(context, pool));
}

/** OpenID Connect Discovery 1.0 section 3, with what the emulator serves and nothing else. */
function openidConfiguration(context: Context, pool: Pool) {
  const issuer = issuerOf(context, pool);
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${context.endpoint}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    scopes_supported: customScopes(pool),
  };
}

function operationIn({ headers }: IncomingMessage): string | undefined {
  return TARGET.exec(String(headers['x-amz-target']))?.groups?.['operation'];
}

/** The body as text. One that is too large is read to its end and discarded, so that the client reads the response. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      request.resume();
      throw new BodyTooLarge();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(body: string): unknown {
  try {
    const input: unknown = JSON.parse(body);
    if (!isDeeper(input, MAX_DEPTH)) return input;
  } catch {
    throw new CognitoError('SerializationException', 'The request body is not JSON.');
  }
  throw new CognitoError('SerializationException', 'The request body is nested too deeply.');
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));
