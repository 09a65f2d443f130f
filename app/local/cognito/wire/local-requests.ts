import type { IncomingMessage } from 'node:http';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Which requests are accepted, and what browsers are told. */
export interface LocalRequests {
  /**
   * Whether a request is local: its Host is a name of this machine, which rules out DNS rebinding, and its Origin, if a
   * browser sends one, is a page on loopback or one that may call the API.
   */
  includes(request: IncomingMessage): boolean;
  /** Fetch standard, CORS protocol: the pages whose requests are accepted may read the responses. */
  corsHeaders(request: IncomingMessage): Record<string, string>;
  preflightHeaders: Record<string, string>;
}

/** `hosts`: names other than loopback's, by which containers and devices reach this machine. `origins`: exact ones. */
export function acceptLocal(hosts: readonly string[] = [], origins: readonly string[] = []): LocalRequests {
  const hostNames = new Set([...LOOPBACK, ...hosts]);
  const pages = new Set(origins);
  const isPage = (origin: string) => pages.has(origin) || hasHost(origin, LOOPBACK);
  return {
    includes: ({ headers }) =>
      hasHost(`http://${headers.host ?? ''}`, hostNames) && (headers.origin === undefined || isPage(headers.origin)),
    corsHeaders: ({ headers: { origin } }) =>
      origin === undefined || !isPage(origin)
        ? { vary: 'origin' }
        : { vary: 'origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED },
    preflightHeaders: {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': SENT_BY_BROWSERS.join(', '),
      'access-control-max-age': '600',
    },
  };
}

const EXPOSED = 'x-amzn-requestid, x-amzn-errortype, www-authenticate';

/** What the AWS SDK, aws-amplify and OpenID clients send. */
const SENT_BY_BROWSERS = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'authorization',
  'cache-control',
  'content-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
  'x-amz-user-agent',
  'x-amzn-trace-id',
];

function hasHost(url: string, names: Iterable<string>): boolean {
  return URL.canParse(url) && new Set(names).has(new URL(url).hostname);
}
