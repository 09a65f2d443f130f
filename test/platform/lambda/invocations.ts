import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { RequestHandler } from 'express';
import pino from 'pino';
import type { Tracer } from '../../../app/platform/http/tracer.js';
import { routesFor } from '../../../app/platform/http/route.js';
import type { OriginCheck } from '../../../app/platform/lambda/origin.js';
import { createHandler, lambdaRequestHooks } from '../../../app/platform/lambda/handler.js';
import { createFixture } from '../../lambda/fixture/app.js';

/** As an HTTP API sends it: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export const EVENT: APIGatewayProxyEventV2 = {
  version: '2.0',
  routeKey: 'GET /x',
  rawPath: '/x',
  rawQueryString: '',
  headers: { host: 'api.example', 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    domainName: 'api.example',
    domainPrefix: 'api',
    http: { method: 'GET', path: '/x', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: 'GET /x',
    stage: '$default',
    time: '12/Mar/2020:19:03:58 +0000',
    timeEpoch: 1583348638390,
  },
  isBase64Encoded: false,
};

export interface LambdaUnderTest {
  /** Resolves to the function's response to the event with these members. */
  invoke(members?: Partial<APIGatewayProxyEventV2>): Promise<APIGatewayProxyStructuredResultV2>;
  /** The log so far. */
  lines(): Record<string, unknown>[];
}

interface Options {
  tracer?: Pick<Tracer, 'flush'>;
  origin?: OriginCheck;
}

/** Lambda's handler in this process: `handle` serves GET /x. The function may take `timeoutMs` for an invocation. */
export function lambdaOf(handle: RequestHandler, timeoutMs = 60_000, options: Options = {}): LambdaUnderTest {
  const { tracer, origin } = options;
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  const route = routesFor<undefined>().expressRoute({
    method: 'GET',
    path: '/x',
    allow: 'everyone',
    summary: 'For the tests',
    express: () => handle,
  });
  const guards = origin && { isOriginAllowed: origin.isAllowed };
  const app = createFixture({ log, routes: [route], ...guards, ...lambdaRequestHooks });
  const handler = createHandler({ app, log, tracer, origin });
  return {
    async invoke(members) {
      const endsAt = Date.now() + timeoutMs;
      const context = { awsRequestId: 'lambda-id', getRemainingTimeInMillis: () => endsAt - Date.now() } as Context;
      return (await handler({ ...EVENT, ...members }, context)) as APIGatewayProxyStructuredResultV2;
    },
    lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
