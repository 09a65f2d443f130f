import pino, { type Logger } from 'pino';

const STDOUT = 1;
/** Of lines that could not be written yet. */
const MAX_KEPT_CHARS = 1_000_000;

/**
 * The log of a server, JSON lines on stdout. What a full disk has no room for is kept for the next write, and left out
 * beyond 1 MB: by itself, pino would end the process, and wait at its end for the room.
 */
export function createLog(level: string): Logger {
  const lines = pino.destination({ dest: STDOUT, sync: false, maxLength: MAX_KEPT_CHARS });
  const flushSync = lines.flushSync.bind(lines);
  let isFull = false;
  lines.on('error', () => (isFull = true));
  lines.on('write', () => (isFull = false));
  lines.flushSync = () => {
    if (!isFull) flushSync();
  };
  return pino({ level, base: null }, lines);
}
