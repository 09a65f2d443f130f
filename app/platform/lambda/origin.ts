import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Request } from 'express';
import { DIRECT_INVOCATION } from '../contract/direct-invocation.js';

/** The header by which CloudFront proves that a request came through it; `infra/modules/edge` adds it. */
export const ORIGIN_HEADER = 'x-origin-verify';

/** Whether requests came through CloudFront, where the API is to be called through it alone. */
export interface OriginCheck {
  /** Takes the header off the event, so that no handler, log or trace has it. */
  readEvent(event: APIGatewayProxyEventV2): void;
  /** False for the request of an event that had none, or a wrong one. */
  readonly isAllowed: (request: Request) => boolean;
}

/**
 * `digests` are SHA-256, in hexadecimal, of the values that are accepted: more than one while the header is rotated. What
 * the command invokes directly has AWS credentials, and no header.
 */
export function createOriginCheck(digests: readonly string[]): OriginCheck {
  const accepted = digests.map((digest) => Buffer.from(digest, 'hex'));
  const refused = new WeakSet<APIGatewayProxyEventV2>();
  const isAccepted = (value: string) => {
    const digest = createHash('sha256').update(value).digest();
    return accepted.filter((each) => timingSafeEqual(each, digest)).length > 0;
  };
  return {
    readEvent(event) {
      const { [ORIGIN_HEADER]: value = '', ...headers } = event.headers;
      event.headers = headers;
      if (event.requestContext.apiId !== DIRECT_INVOCATION && !isAccepted(value)) refused.add(event);
    },
    isAllowed: ({ invocation }) => invocation !== undefined && !refused.has(invocation.event),
  };
}
