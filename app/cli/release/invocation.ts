import { randomUUID } from 'node:crypto';
import { printableLine } from '../terminal/printable.js';
import type { LambdaFunction } from './live-alias.js';

/** A call of the API, by its route. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly authorization?: string;
}

/** What a version answered: a status, with the `code` of a problem, or why it failed. */
export interface Answer {
  readonly status?: number;
  readonly code?: string;
  readonly failure?: string;
}

/** Invokes one version, by its number, as API Gateway would invoke the alias. */
export async function invokeVersion(
  { sdk, client, name: FunctionName }: LambdaFunction,
  version: string,
  call: Call,
): Promise<Answer> {
  const Payload = Buffer.from(JSON.stringify(eventOf(call)));
  const answer = await client.send(new sdk.InvokeCommand({ FunctionName, Qualifier: version, Payload }));
  const payload = parse(Buffer.from(answer.Payload ?? []).toString());
  if (answer.FunctionError !== undefined) {
    return { failure: printableLine(`${String(payload['errorType'])}: ${String(payload['errorMessage'])}`) };
  }
  const { statusCode, body } = payload;
  const { code } = typeof body === 'string' ? parse(body) : {};
  if (typeof statusCode !== 'number') return { failure: 'its answer has no status' };
  return { status: statusCode, ...(typeof code === 'string' && { code }) };
}

function parse(json: string): Record<string, unknown> {
  try {
    return { ...(JSON.parse(json) as object) };
  } catch {
    return {};
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, format 2.0 */
function eventOf({ method, path, authorization }: Call) {
  const now = new Date();
  const host = 'release-check.invalid';
  const userAgent = 'release-check';
  const routeKey = '$default';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { host, 'user-agent': userAgent, 'x-forwarded-proto': 'https', ...(authorization && { authorization }) },
    requestContext: {
      accountId: '000000000000',
      apiId: 'release-check',
      domainName: host,
      domainPrefix: 'release-check',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent },
      requestId: `release-check-${randomUUID()}`,
      routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    isBase64Encoded: false,
  };
}
