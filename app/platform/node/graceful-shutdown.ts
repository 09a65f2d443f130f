import { Server as NetServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Server } from 'node:http';

/** After that, requests that are still being served are cut off. */
const SHUTDOWN_LIMIT_MS = 9_000;
/** For that long, connections that keep coming in are accepted. */
const ACCEPT_LIMIT_MS = 3_000;

/**
 * Connections in the kernel's accept queue would be reset with the listening socket, and requests on them lost. Node may
 * accept one of them per turn of its event loop: a few turns without a new one mean that the queue is empty.
 */
async function acceptWaiting(server: Server) {
  const giveUpAt = performance.now() + ACCEPT_LIMIT_MS;
  let quietTurns = 0;
  const onConnection = () => (quietTurns = 0);
  server.on('connection', onConnection);
  while (quietTurns < 5 && performance.now() < giveUpAt) {
    quietTurns += 1;
    await setImmediate();
  }
  server.off('connection', onConnection);
}

/**
 * Stops accepting, serves every request that comes in on open connections, with `Connection: close`, and ends when the
 * last one is closed. An idle connection stays open for the time that its client was promised (`keepAliveTimeout`, 5 s):
 * its next request may be on the way already. Resolves to false when the limit cut something off.
 */
export async function stopGracefully(server: Server, limitMs = SHUTDOWN_LIMIT_MS) {
  let isComplete = true;
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  const cutOff = setTimeout(() => {
    isComplete = false;
    server.closeAllConnections();
  }, limitMs);
  await acceptWaiting(server);
  // http.Server's own close() also drops idle connections at once, and with them a request that is still on the wire.
  await new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  clearTimeout(cutOff);
  return isComplete;
}
