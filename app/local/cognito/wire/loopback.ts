import type { IncomingMessage } from 'node:http';

const NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a request is local: its Host is a loopback name, which rules out DNS rebinding, and its Origin, if a browser
 * sends one, is a page on loopback.
 */
export function isLocalRequest({ headers }: IncomingMessage): boolean {
  return isLoopback(`http://${headers.host ?? ''}`) && (headers.origin === undefined || isLoopback(headers.origin));
}

/** Fetch standard, CORS protocol: pages on loopback may read the responses. */
export function corsHeaders({ headers }: IncomingMessage): Record<string, string> {
  if (headers.origin === undefined) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': headers.origin,
    'access-control-expose-headers': 'x-amzn-requestid, x-amzn-errortype',
  };
}

export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'authorization, content-type, x-amz-target, x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request, cache-control',
  'access-control-max-age': '600',
};

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && NAMES.has(new URL(origin).hostname);
}
