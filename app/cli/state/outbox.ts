import { join } from 'node:path';
import type { StateLocation } from '../runtime.js';
import { readPrivateFile } from './private-file.js';
import { localDirectory } from './profiles.js';

/** A message that the local Cognito would have sent. */
export interface OutboxMessage {
  /** ISO 8601. */
  readonly at: string;
  readonly pool: string;
  readonly username: string;
  /** An e-mail address or a phone number; null for a user who has neither. */
  readonly to: string | null;
  readonly kind: string;
  /** A code, or a temporary password. */
  readonly code: string;
}

/** The complete lines of the outbox, oldest first; none before the first message. Throws as `readPrivateFile` does. */
export function readOutboxLines(location: StateLocation): string[] {
  const text = readPrivateFile(join(localDirectory(location), 'outbox.jsonl'), location) ?? '';
  return text.split('\n').slice(0, -1);
}

/** The message of a line; undefined for a line that a killed process left half-written. */
export function parseMessage(line: string): OutboxMessage | undefined {
  try {
    const message = JSON.parse(line) as OutboxMessage;
    const { at, pool, username, to, kind, code } = message;
    const isMessage =
      [at, pool, username, kind, code].every((text) => typeof text === 'string') &&
      (to === null || typeof to === 'string');
    return isMessage ? message : undefined;
  } catch {
    return undefined;
  }
}
