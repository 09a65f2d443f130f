import { Refusal } from './authorizer.js';
import type { HttpApiEvent } from './event.js';

/** A Lambda authorizer's settings, for payload format 2.0 with simple responses. */
export interface RequestAuthorizerSettings {
  /** Such as `$request.header.Authorization` and `$context.routeKey`. */
  readonly identitySources: readonly string[];
  /** How long an answer is kept; 0 for not at all. */
  readonly ttlSeconds: number;
  readonly invoke: (event: unknown) => Promise<unknown>;
}

/**
 * An HTTP API's Lambda authorizer: it isn't invoked without its identity sources (401), and answers are kept by them; what
 * isn't allowed is 403, what fails or is no answer 500, and not kept
 * (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html).
 */
export function requestAuthorizer({ identitySources, ttlSeconds, invoke }: RequestAuthorizerSettings) {
  const answers = new Map<string, { isAuthorized: boolean; until: number }>();

  async function ask(event: unknown): Promise<boolean> {
    const answer = await invoke(event).catch(() => undefined);
    const { isAuthorized } = (answer ?? {}) as { isAuthorized?: unknown };
    if (typeof isAuthorized !== 'boolean') throw new Refusal(500, 'Internal Server Error');
    return isAuthorized;
  }

  return async ({ body: _body, isBase64Encoded: _encoding, ...event }: HttpApiEvent) => {
    const identitySource = identitySources.map((source) => valueOf(source, event));
    if (identitySource.some((value) => !value)) throw new Refusal(401, 'Unauthorized');
    const { apiId, accountId, stage, http } = event.requestContext;
    const routeArn = `arn:aws:execute-api:eu-west-1:${accountId}:${apiId}/${stage}/${http.method}${http.path}`;

    const key = JSON.stringify(identitySource);
    const kept = answers.get(key);
    const isKept = kept !== undefined && Date.now() < kept.until;
    const isAuthorized = isKept
      ? kept.isAuthorized
      : await ask({ ...event, type: 'REQUEST', routeArn, identitySource });
    if (!isKept && ttlSeconds > 0) answers.set(key, { isAuthorized, until: Date.now() + ttlSeconds * 1000 });
    if (!isAuthorized) throw new Refusal(403, 'Forbidden');
  };
}

function valueOf(source: string, { headers, routeKey }: Pick<HttpApiEvent, 'headers' | 'routeKey'>) {
  const [, header] = /^\$request\.header\.(.+)$/.exec(source) ?? [];
  if (header !== undefined) return headers[header.toLowerCase()];
  if (source === '$context.routeKey') return routeKey;
  throw new Error(`This identity source is not emulated: ${source}`);
}
