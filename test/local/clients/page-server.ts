import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves one page, which runs a script. */
export interface PageServer {
  readonly origin: string;
  serve(script: string): void;
  stop(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  let script = '';
  const server = createServer(({ url }, response) => {
    const [type, body] =
      url === '/page.js' ? ['text/javascript', script] : ['text/html', '<script src="page.js"></script>'];
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
