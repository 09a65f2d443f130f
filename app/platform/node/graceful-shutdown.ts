import { Server as NetServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Server } from 'node:http';

/** Milliseconds after which what is still under way is cut off. */
const DEADLINE = 9_000;
/** Milliseconds in which callers who keep coming are still let in. */
const PATIENCE = 3_000;

/**
 * Connections that the kernel took for us would be reset with the listening socket, and requests on them lost. Node may
 * take one of them a turn of its loop, so a few turns without a new one say that nobody is left.
 */
async function acceptWaiting(server: Server) {
  const giveUpAt = performance.now() + PATIENCE;
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
 * Stops accepting, answers every request that gets in on connections that are open, with `Connection: close`, and ends
 * when the last one is closed. An idle connection keeps the time that its client was promised (`keepAliveTimeout`, 5 s):
 * the next request may be on the way already. Resolves to false when the deadline cut something off.
 */
export async function stopGracefully(server: Server, deadline = DEADLINE) {
  let isComplete = true;
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  const cutOff = setTimeout(() => {
    isComplete = false;
    server.closeAllConnections();
  }, deadline);
  await acceptWaiting(server);
  // http.Server's own close() also drops idle connections at once, and with them a request that is still on the wire.
  await new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  clearTimeout(cutOff);
  return isComplete;
}
