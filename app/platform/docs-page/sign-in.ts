import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Problem } from '../http/problem.js';
import { respond, routesFor, type Route } from '../http/route.js';
import type { Credentials } from './schema.js';

/** Signs a person in and resolves to the access token. Throws an Error whose message says what is wrong. */
export type SignIn = (credentials: Credentials) => Promise<string>;

/** Carries the page key: a value that `npm start` makes anew, and prints as part of the page's address. */
export const PAGE_KEY_HEADER = 'X-Page-Key';

const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;
const LOOPBACK_ADDRESS = /^(?:::ffff:)?127\.|^::1$/;
/** What proxies and tunnels add. One that adds nothing makes its callers look local: they lack the page key. */
const PROXY_HEADER = /^(?:forwarded|via|x-forwarded-.+|x-real-ip)$/;

const notLocal = new Problem({
  status: 403,
  code: 'sign_in_not_local',
  detail:
    'Signing in on this page is for a browser on the machine that runs the API, without a proxy in between: use the address that npm start printed.',
});

/** nginx's default `proxy_pass` adds no header, but speaks HTTP/1.0, which no browser does. */
function isLocal({ socket, headers, httpVersion }: IncomingMessage) {
  return (
    httpVersion !== '1.0' &&
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    !Object.keys(headers).some((name) => PROXY_HEADER.test(name))
  );
}

function isSame(given: unknown, pageKey: string) {
  const [a, b] = [Buffer.from(typeof given === 'string' ? given : ''), Buffer.from(pageKey)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const { route } = routesFor<unknown>();

/** Signs people in for the page, which must not hold a client secret; for the local Cognito and local browsers alone. */
export const signInRoute = (signIn: SignIn, pageKey: string): Route<unknown> =>
  route({
    method: 'POST',
    path: '/docs/sign-in',
    allow: 'everyone',
    summary: 'Sign in for the page',
    input: async () => ({ body: (await import('./schema.js')).credentials }),
    responses: async () => ({ 200: (await import('./schema.js')).signedIn }),
    handle: async ({ request, body }) => {
      if (!isLocal(request) || !isSame(request.get(PAGE_KEY_HEADER), pageKey)) throw notLocal;
      const accessToken = await signIn(body).catch((error: Error) => {
        throw new Problem({ status: 422, code: 'sign_in_failed', detail: error.message });
      });
      return respond(200, { accessToken });
    },
  });
