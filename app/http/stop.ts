import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';

export interface StopOptions {
  /** Milliseconds in which a request that is already on the wire is read before idle connections are closed. */
  quiet?: number;
  /** Milliseconds after which what is still under way is cut off. */
  deadline?: number;
}

/**
 * Stops accepting, answers every request that got in, with `Connection: close`, and ends when the last connection has.
 * Resolves to false when the deadline cut something off.
 */
export async function stopGracefully(server: Server, { quiet = 500, deadline = 9_000 }: StopOptions = {}) {
  let isComplete = true;
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  const cutOff = setTimeout(() => {
    isComplete = false;
    server.closeAllConnections();
  }, deadline);
  const closeIdle = setInterval(() => server.closeIdleConnections(), quiet);
  // http.Server's own close() also drops idle connections at once, and with them a request that is still on the wire.
  await new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  clearTimeout(cutOff);
  clearInterval(closeIdle);
  return isComplete;
}
