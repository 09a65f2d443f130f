import pino, { type Logger } from 'pino';

const STDOUT = 1;
/** Of lines that could not be written yet. */
const MAX_KEPT_CHARS = 1_000_000;

/**
 * The log of a server, JSON lines on stdout or `destination`, each written at once. What a full disk has no room for is
 * kept for the next write, and left out beyond 1 MB: by itself, pino would end the process, and hang in doing so.
 */
export function createLog(level: string, destination: number | string = STDOUT): Logger {
  const lines = pino.destination({ dest: destination, sync: true, maxLength: MAX_KEPT_CHARS });
  lines.on('error', () => undefined);
  return pino({ level, base: null }, lines);
}
