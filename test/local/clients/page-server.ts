import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE = `<!doctype html><title>A page</title><link rel="icon" href="data:,">
<button id="sign-in">Sign in</button> <button id="sign-out">Sign out</button> <output></output>
<script defer src="/page.js"></script>`;

/** Serves one page, which runs a script. */
export interface PageServer {
  readonly origin: string;
  serve(script: string): void;
  stop(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  let script = '';
  const server = createServer(({ url }, response) => {
    const [type, body] = url === '/page.js' ? ['text/javascript', script] : ['text/html', PAGE];
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    serve: (next) => void (script = next),
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
