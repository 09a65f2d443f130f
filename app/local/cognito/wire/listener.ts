import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { awsError, document, failure, result, type Answer } from './answer.js';
import { readBody } from './body.js';
import type { Context } from '../context.js';
import { openidConfiguration } from './discovery.js';
import { CognitoError } from '../errors.js';
import { corsHeaders, isLocalRequest, PREFLIGHT_HEADERS } from './loopback.js';
import { answerTokenRequest } from './token-endpoint.js';
import { operationNamed } from '../operations.js';
import type { Run } from '../service.js';

const TARGET = /^AWSCognitoIdentityProviderService\.(?<operation>\w{1,64})$/u;
const WELL_KNOWN = /^\/(?<poolId>[\w-]+)\/\.well-known\/(?<name>jwks\.json|openid-configuration)$/u;

const DEEPEST = 32;

interface Parts {
  context: Context;
  run: Run;
  log: Logger;
}

/** The stand-in's face: AWS JSON 1.1 at `/`, the pools' public documents, and the OAuth token endpoint. */
export function createListener(parts: Parts): RequestListener {
  return (request, response) => {
    const id = randomUUID();
    const started = performance.now();
    const send = ({ status, headers, body }: Answer) => {
      const common = { 'x-amzn-requestid': id, 'cache-control': 'no-store', ...corsHeaders(request) };
      response.writeHead(status, { ...common, ...headers }).end(body && JSON.stringify(body));
      const ms = Math.round(performance.now() - started);
      parts.log.debug({ id, operation: operationIn(request), status, ms }, 'cognito');
    };
    void route(parts, request)
      .catch((error: unknown) => failure(parts.log, error))
      .then(send);
  };
}

async function route(parts: Parts, request: IncomingMessage): Promise<Answer> {
  if (!isLocalRequest(request)) return awsError(403, 'ForbiddenException', 'Only this machine is answered.');
  if (request.method === 'OPTIONS') return { status: 204, headers: PREFLIGHT_HEADERS };
  const [path = '/'] = request.url?.split('?', 1) ?? [];
  if (request.method === 'GET') return showDocument(parts.context, path);
  if (request.method === 'POST' && path === '/') return callOperation(parts.run, request);
  if (request.method === 'POST' && path === '/oauth2/token') return grantToken(parts.context, request);
  return nothingHere;
}

const nothingHere = awsError(404, 'UnknownOperationException', 'There is nothing at this path.');

async function callOperation(run: Run, request: IncomingMessage): Promise<Answer> {
  const operation = operationNamed(operationIn(request) ?? '(none)');
  return result(await run(operation, parseJson(await readBody(request))));
}

async function grantToken(context: Context, request: IncomingMessage): Promise<Answer> {
  return document(await answerTokenRequest(context, request.headers.authorization, await readBody(request)));
}

function showDocument(context: Context, path: string): Answer {
  const asked = WELL_KNOWN.exec(path)?.groups;
  const pool = context.state.pools.get(asked?.['poolId'] ?? '');
  if (!pool) return nothingHere;
  return document(asked?.['name'] === 'jwks.json' ? context.keys.jwks(pool) : openidConfiguration(context, pool));
}

function operationIn({ headers }: IncomingMessage): string | undefined {
  return TARGET.exec(String(headers['x-amz-target']))?.groups?.['operation'];
}

function parseJson(body: string): unknown {
  try {
    const input: unknown = JSON.parse(body);
    if (!isDeeper(input, DEEPEST)) return input;
  } catch {
    throw new CognitoError('SerializationException', 'The request body is not JSON.');
  }
  throw new CognitoError('SerializationException', 'The request body is nested too deeply.');
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));
