import type { IncomingMessage } from 'node:http';
import { LOOPBACK_HOSTS } from '../input/addresses.js';

/** What proxies and tunnels add: behind them, everyone seems to be on this machine. */
const PROXY_HEADER = /^(?:forwarded|via|x-forwarded-.+|x-real-ip)$/u;

/** Which requests are accepted, and what browsers are told. */
export interface LocalRequests {
  /**
   * Whether a request is local: its Host is a name of this machine, which rules out DNS rebinding, no proxy has passed it
   * on to a name of loopback, and its Origin, if a browser sends one, is a page on loopback or one that may call the API.
   */
  includes(request: IncomingMessage): boolean;
  /** Fetch standard, CORS protocol: the pages whose requests are accepted may read the responses. */
  corsHeaders(request: IncomingMessage): Record<string, string>;
  preflightHeaders: Record<string, string>;
}

/** `hosts`: names other than loopback's, by which containers and devices reach this machine. `origins`: exact ones. */
export function acceptLocal(hosts: readonly string[] = [], origins: readonly string[] = []): LocalRequests {
  const hostNames = new Set([...LOOPBACK_HOSTS, ...hosts]);
  const pages = new Set(origins);
  const isPage = (origin: string) => pages.has(origin) || hasHost(origin, LOOPBACK_HOSTS);
  return {
    includes: (request) => {
      const { host = '', origin } = request.headers;
      return (
        hasHost(`http://${host}`, isProxied(request) ? hosts : hostNames) && (origin === undefined || isPage(origin))
      );
    },
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

/** nginx's `proxy_pass` adds no header and sends this machine's name as Host; up to version 1.28 it speaks HTTP/1.0, as no client does. */
const isProxied = ({ headers, httpVersion }: IncomingMessage) =>
  httpVersion === '1.0' || Object.keys(headers).some((name) => PROXY_HEADER.test(name));

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
