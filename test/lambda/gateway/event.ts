import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Refusal, type JwtContext } from './authorizer.js';
import type { Match } from './route.js';

const HOP_BY_HOP = new Set(['connection', 'cookie', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
// Seen on AWS: these alone arrive as text, a form or a body without a type does not.
const TEXT = /^(text\/.*|application\/(json|xml|javascript)) *(;|$)/i;

/** A request's method, path and query, the path decoded as an HTTP API decodes it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
}

/**
 * An HTTP API hands paths over decoded, twice, and cut at a `?` that the first round lays bare; what can't be decoded
 * it refuses with 400. A Function URL hands them over as they were sent.
 */
export function readCall({ method = 'GET', url = '/' }: IncomingMessage, paths: 'decoded' | 'as sent'): Call {
  const [, sent = '/', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  if (paths === 'as sent') return { method, path: sent, query };
  try {
    const [once = ''] = decodeURIComponent(sent).split('?');
    return { method, path: decodeURIComponent(once), query };
  } catch {
    throw new Refusal(400, 'Bad Request');
  }
}

export type HttpApiEvent = APIGatewayProxyEventV2 & {
  requestContext: { authorizer?: { jwt: JwtContext; principalId: string; integrationLatency: number } };
};

/** The event of payload format 2.0 that a call becomes
 * (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html). */
export async function makeEvent(
  request: IncomingMessage,
  call: Call,
  { route: { routeKey }, pathParameters }: Match,
  jwt: JwtContext | undefined,
): Promise<HttpApiEvent> {
  const now = new Date();
  const host = request.headers.host ?? 'localhost';
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const body = await buffer(request);
  const isText = TEXT.test(request.headers['content-type'] ?? '') && !request.headers['content-encoding'];
  const cookies = request.headersDistinct.cookie?.flatMap((line) => line.split(/; */));
  const query = [...new URLSearchParams(call.query)];

  return {
    version: '2.0',
    routeKey,
    rawPath: call.path,
    rawQueryString: call.query,
    ...(cookies && { cookies }),
    headers: {
      ...headersOf(request),
      ...(body.length > 0 && { 'content-length': String(body.length) }),
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query.length > 0 && { queryStringParameters: joined(query) }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      ...(jwt && { authorizer: { jwt, principalId: '', integrationLatency: 0 } }),
      domainName: host,
      domainPrefix: host.split('.')[0] ?? host,
      http: {
        method: call.method,
        path: call.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomBytes(11).toString('base64'),
      routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function headersOf({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headersDistinct)
      .filter(([name]) => !HOP_BY_HOP.has(name))
      .map(([name, values = []]) => [name, values.join(',')]),
  );
}

function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) values.set(name, values.has(name) ? `${values.get(name)},${value}` : value);
  return Object.fromEntries(values);
}
