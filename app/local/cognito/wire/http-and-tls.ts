import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.js';

/** The first byte of a TLS handshake, RFC 8446 section 5.1; no HTTP method begins with it. */
const HANDSHAKE = 22;
const FIRST_BYTE_TIMEOUT_MS = 10_000;

type ConnectionListener = (socket: Socket) => void;

/**
 * Makes a server of plain HTTP serve TLS on the same port: the first byte of a connection tells them apart. Connections
 * without one, and handshakes that don't end, are closed after 10 s. Returns what closes those that are still undecided.
 */
export function serveTlsAsWell(server: Server, { cert, key }: Pick<Certificate, 'cert' | 'key'>): () => void {
  const serveHttp = server.listeners('connection') as ConnectionListener[];
  const secureContext = createSecureContext({ cert, key });
  const undecided = new Set<Socket>();

  const serve = (stream: Socket) => {
    for (const listener of serveHttp) listener.call(server, stream);
  };

  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    const drop = () => socket.destroy();
    const decide = (stream: Socket) => {
      undecided.delete(socket);
      socket.setTimeout(0).off('timeout', drop).off('error', drop);
      serve(stream);
    };
    undecided.add(socket);
    socket.once('close', () => undecided.delete(socket));
    socket.setTimeout(FIRST_BYTE_TIMEOUT_MS).once('timeout', drop).once('error', drop);
    socket.once('data', (bytes: Buffer) => {
      socket.pause();
      socket.unshift(bytes);
      if (bytes[0] === HANDSHAKE) {
        const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
        secure.once('error', drop).once('secure', () => decide(secure.off('error', drop)));
      } else {
        decide(socket);
        socket.resume();
      }
    });
  });
  return () => {
    for (const socket of undecided) socket.destroy();
  };
}
