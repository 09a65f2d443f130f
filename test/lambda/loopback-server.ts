import { once } from 'node:events';
import { createServer, type RequestListener, type ServerOptions } from 'node:http';

export interface LoopbackServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** An HTTP server on a free port of 127.0.0.1. */
export async function startLoopbackServer(
  listener: RequestListener,
  options: ServerOptions = {},
): Promise<LoopbackServer> {
  const server = createServer({ keepAliveTimeout: 60_000, ...options }, listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
