import pino, { type Logger } from 'pino';
import { createSerializers } from './source-stack.js';

const STDOUT = 1;

/**
 * The log of a function in Lambda, JSON lines on stdout. Each is written at once: Lambda freezes the function as soon as it
 * has responded, and what is not written by then appears with a later invocation, or never.
 */
export function createLog(level: string): Logger {
  return pino({ level, base: null, serializers: createSerializers() }, pino.destination({ dest: STDOUT, sync: true }));
}
