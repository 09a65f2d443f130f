import { Server as NetServer } from 'node:net';
import type { Server } from 'node:http';

export interface StopOptions {
  /** Milliseconds that a connection may stay idle, since its next request may be on the way already. */
  quiet?: number;
  /** Milliseconds after which what is still under way is cut off. */
  deadline?: number;
}

/**
 * Stops accepting, answers every request that gets in on connections that are open, with `Connection: close`, and ends
 * when the last one is closed. Resolves to false when the deadline cut something off.
 */
export async function stopGracefully(server: Server, { quiet = 2_000, deadline = 9_000 }: StopOptions = {}) {
  const started = performance.now();
  let isComplete = true;
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  const cutOff = setTimeout(() => {
    isComplete = false;
    server.closeAllConnections();
  }, deadline);
  const closeIdle = setInterval(() => {
    // After the next poll for input, so that a connection with a request in the kernel's buffer doesn't count as idle.
    if (performance.now() - started >= quiet) setImmediate(() => server.closeIdleConnections());
  }, quiet / 8);
  // http.Server's own close() also drops idle connections at once, and with them a request that is still on the wire.
  await new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  clearTimeout(cutOff);
  clearInterval(closeIdle);
  return isComplete;
}
