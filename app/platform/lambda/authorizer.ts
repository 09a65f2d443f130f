import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerResult } from 'aws-lambda';
import type { Logger } from 'pino';
import { createRuleCheck } from '../auth/access-rules.js';
import { assertDeclaredClaims, assertRules } from '../auth/assert-rules.js';
import { keysUnavailable } from '../auth/auth-problems.js';
import { bearerToken } from '../auth/bearer-token.js';
import type { KeySource, TrustedPool } from '../auth/pool-keys.js';
import { createVerifier } from '../auth/verifier.js';
import type { AuthorizerDocument } from '../contract/authorizer.js';
import { Problem } from '../http/problem.js';

export interface AuthorizerOptions {
  pools: readonly TrustedPool<KeySource>[];
  document: AuthorizerDocument;
  log: Logger;
  /** How many verified tokens to cache, 3 KB each on average. Default 0: none. */
  tokenCacheSize?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

type Event = Pick<APIGatewayRequestAuthorizerEventV2, 'routeKey' | 'headers' | 'requestContext'>;

/** For the log: the build listed another route table than the gateway has. */
const routeUnknown = { code: 'not_allowed', reason: 'route_unknown' };

/**
 * A Lambda authorizer of an HTTP API, payload format 2.0 with simple responses: the app's guard without the app. It looks
 * at token and route alone, which the gateway caches its answers by. Throws `keysUnavailable`, for which the gateway answers
 * 500 and caches nothing: an outage is no refusal.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createAuthorizer({ pools, document, log, ...options }: AuthorizerOptions) {
  const verifier = createVerifier({ pools, declared: document.pools, ...options });
  const checks = new Map(
    document.routes.map(({ routeKey, allow }) => {
      assertRules(allow);
      assertDeclaredClaims(allow, document.pools);
      return [routeKey, createRuleCheck(allow)];
    }),
  );

  async function refusalOf({ routeKey, headers }: Event): Promise<Pick<Problem, 'code' | 'reason'> | undefined> {
    const check = checks.get(routeKey);
    if (!check) return routeUnknown;
    try {
      const token = bearerToken({ headers: headers ?? {}, rawHeaders: [] });
      return check(verifier.cached(token) ?? (await verifier.verify(token)));
    } catch (error) {
      if (error instanceof Problem && error !== keysUnavailable) return error;
      throw error;
    }
  }

  return async (event: Event): Promise<APIGatewaySimpleAuthorizerResult> => {
    const refusal = await refusalOf(event);
    if (refusal) {
      const { routeKey, requestContext } = event;
      const { code, reason } = refusal;
      log.info({ requestId: requestContext?.requestId, route: routeKey, code, reason }, 'refused');
    }
    return { isAuthorized: refusal === undefined };
  };
}
