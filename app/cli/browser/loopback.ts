import { createServer, type Server } from 'node:http';
import { Failure } from '../failure.js';

/** Waits on loopback for a browser that is sent back to it. */
export interface LoopbackListener {
  /** The address that it listens for. */
  readonly url: string;
  /** The parameters of the first request for that address, which is answered by then. */
  readonly parameters: Promise<URLSearchParams>;
  close(): void;
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Done</title>
<h1>Back to the terminal</h1><p>You can close this window. The terminal says how it went.</p></html>
`;
/** The address of the page may hold a code, which the page gives to nobody. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  connection: 'close',
};

/** Listens on the port of the first of these addresses whose port is free. Throws `ports_taken`. */
export async function listenOnLoopback(urls: readonly string[]): Promise<LoopbackListener> {
  for (const url of urls) {
    const server = createServer();
    if (await listens(server, url)) return listener(server, url);
  }
  const ports = urls.map((url) => new URL(url).port).join(', ');
  throw new Failure('unexpected', 'ports_taken', {
    message: `The browser can't come back to this command: the ports ${ports} of 127.0.0.1 are all taken.`,
    hint: 'End other sign-ins that wait for a browser, or add --no-browser.',
  });
}

function listens(server: Server, url: string) {
  const { hostname, port } = new URL(url);
  return new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).once('listening', () => resolve(true));
    server.listen(Number(port), hostname);
  });
}

function listener(server: Server, url: string): LoopbackListener {
  const { host, pathname } = new URL(url);
  const parameters = new Promise<URLSearchParams>((resolve) => {
    server.on('request', ({ method, headers, url: target = '' }, response) => {
      const [path, query = ''] = target.split('?', 2);
      // A page of another site may reach this port by a name of its own (DNS rebinding).
      if (method !== 'GET' || headers.host !== host || path !== pathname) return response.writeHead(404, HEADERS).end();
      return response.writeHead(200, HEADERS).end(PAGE, () => resolve(new URLSearchParams(query)));
    });
  });
  return {
    url,
    parameters,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
