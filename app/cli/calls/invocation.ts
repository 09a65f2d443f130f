import { randomUUID } from 'node:crypto';
import { DIRECT_INVOCATION } from '../../platform/contract/direct-invocation.js';
import type { LambdaFunction } from '../aws/lambda.js';
import { printableLine } from '../terminal/printable.js';
import { codeOf, parseJson, type ApiAnswer, type ApiCall } from './api-call.js';

/** What a version of the function answered, or why it failed. */
export interface Answer extends Partial<ApiAnswer> {
  readonly code?: string;
  readonly failure?: string;
}

/** A call of the function alone. */
interface Invocation extends ApiCall {
  /** Names the caller in logs. */
  readonly client: string;
  /** Whether the event is as that of an API, which must have come through CloudFront where there is one. */
  readonly asApi?: boolean;
}

/** Invokes a version or an alias with the event that API Gateway would send. */
export async function invokeFunction(
  { sdk, client: lambda, name: FunctionName }: LambdaFunction,
  Qualifier: string,
  call: Invocation,
): Promise<Answer> {
  const Payload = Buffer.from(JSON.stringify(eventOf(call)));
  const answer = await lambda.send(new sdk.InvokeCommand({ FunctionName, Qualifier, Payload }));
  const payload = parseJson(Buffer.from(answer.Payload ?? []).toString());
  if (answer.FunctionError !== undefined) {
    return { failure: printableLine(`${String(payload['errorType'])}: ${String(payload['errorMessage'])}`) };
  }
  const { statusCode, headers, body = '', isBase64Encoded } = payload;
  if (typeof statusCode !== 'number') return { failure: 'its answer has no status' };
  const text = Buffer.from(String(body), isBase64Encoded === true ? 'base64' : 'utf8').toString();
  const code = codeOf(text);
  const named = Object.entries({ ...(headers as object) }).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: statusCode,
    headers: Object.fromEntries(named) as Record<string, string>,
    body: text,
    ...(code !== undefined && { code }),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, format 2.0 */
function eventOf({ client, method, path, headers, body, asApi = false }: Invocation) {
  const now = new Date();
  const host = `${client}.invalid`;
  const routeKey = '$default';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { host, 'user-agent': client, 'x-forwarded-proto': 'https', ...headers },
    requestContext: {
      accountId: '000000000000',
      apiId: asApi ? client : DIRECT_INVOCATION,
      domainName: host,
      domainPrefix: client,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: client },
      requestId: `${client}-${randomUUID()}`,
      routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}
