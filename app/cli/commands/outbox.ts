import { setInterval } from 'node:timers/promises';
import type { CommandContext } from '../context.js';
import { usageError } from '../failure.js';
import { parseMessage, readOutboxLines, type OutboxMessage } from '../state/outbox.js';
import { LOCAL } from '../state/profiles.js';
import { printableLine } from '../terminal/printable.js';

export interface OutboxOptions {
  follow?: boolean;
}

const POLL_MS = 200;

/**
 * Prints the messages that the local Cognito would have sent, oldest first: one a line, under --json as an array; with
 * --follow also those to come, under --json one document a line. Throws `usage` for another profile.
 */
export async function printOutbox(context: CommandContext, { follow = false }: OutboxOptions): Promise<void> {
  const { flags, runtime, terminal } = context;
  if (flags.profile !== LOCAL) {
    throw usageError(
      'Only the local Cognito has an outbox; Amazon Cognito sends its messages.',
      'Leave out --profile.',
    );
  }
  context.profile();
  const messagesIn = (lines: readonly string[]) =>
    lines
      .map(parseMessage)
      .filter((message) => message !== undefined)
      .filter(({ pool }) => flags.pool === undefined || pool === flags.pool);
  let lines = readOutboxLines(runtime);
  const messages = messagesIn(lines);
  if (!follow) {
    if (terminal.asJson) return terminal.json(messages);
    if (messages.length === 0) return terminal.say('The local Cognito has sent no message.');
    return terminal.data(messages.map(describe).join(''));
  }
  const print = (message: OutboxMessage) =>
    terminal.bytes(Buffer.from(terminal.asJson ? `${JSON.stringify(message)}\n` : describe(message)));
  if (!messages.every(print)) return undefined;
  for await (const _ of setInterval(POLL_MS)) {
    const present = readOutboxLines(runtime);
    // A restart shortens the file, so that the number of lines says nothing.
    const fresh = lines.length === 0 ? present : present.slice(present.lastIndexOf(lines.at(-1) ?? '') + 1);
    if (!messagesIn(fresh).every(print)) return undefined;
    lines = present;
  }
  return undefined;
}

function describe({ at, pool, username, to, kind, code }: OutboxMessage): string {
  const what = kind === 'AdminCreateUser' ? 'temporary password' : 'code';
  return `${[at, pool, `${username} <${to ?? 'no address'}>`, kind, `${what} ${code}`].map(printableLine).join('  ')}\n`;
}
