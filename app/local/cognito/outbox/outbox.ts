import { z } from 'zod';
import { readIfPresent, writeDurably } from '../../durable-file.js';
import type { Pool } from '../state/state.js';
import { LineWriter } from './line-writer.js';

const messageSchema = z.object({
  /** ISO 8601. */
  at: z.string(),
  /** The pool's name as the API declares it; the PoolName of other pools. */
  pool: z.string(),
  /** The internal user name: the `sub` in pools whose user names are e-mail addresses or phone numbers. */
  username: z.string(),
  /** The e-mail address or phone number; null for a user who has neither. */
  to: z.nullable(z.string()),
  kind: z.string(),
  /** The confirmation code, or the temporary password. */
  code: z.string(),
  /** As the pool's trigger words it; absent where Cognito's own message is sent. */
  subject: z.optional(z.string()),
  text: z.optional(z.string()),
  /** The name of the trigger that got the message to send it. */
  sentBy: z.optional(z.string()),
});

export type Message = z.infer<typeof messageSchema>;

/**
 * Cognito's own names: what follows `CustomMessage_` in the sources of the custom message trigger.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
 */
export type MessageKind =
  | 'SignUp'
  | 'AdminCreateUser'
  | 'ResendCode'
  | 'ForgotPassword'
  | 'UpdateUserAttribute'
  | 'VerifyUserAttribute'
  | 'Authentication';

interface NewMessage extends Pick<Message, 'username' | 'to' | 'code' | 'subject' | 'text' | 'sentBy'> {
  /** Milliseconds since 1970. */
  at: number;
  pool: Pool;
  kind: MessageKind;
}

interface OutboxOptions {
  path: string;
  /** How messages name a pool, by its PoolName. */
  poolName: (name: string) => string;
}

const MAX_KEPT = 1000;

/** The messages that Cognito would send, in `outbox.jsonl`: one JSON line each, mode 0600, in clear. */
export class Outbox {
  readonly #poolName: OutboxOptions['poolName'];
  readonly #messages: Message[];
  readonly #lines: LineWriter;

  private constructor({ path, poolName }: OutboxOptions, messages: Message[]) {
    this.#poolName = poolName;
    this.#messages = messages;
    this.#lines = new LineWriter(path);
  }

  /** Shortens the file to its newest 1,000 messages. Throws a StartError for a file that isn't the user's own. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const written = (await readIfPresent(options.path)) ?? '';
    // A line that a killed process left half-written is dropped.
    const messages = written.split('\n').flatMap(readMessage).slice(-MAX_KEPT);
    const text = messages.map((message) => `${JSON.stringify(message)}\n`).join('');
    if (text !== written) await writeDurably(options.path, text);
    return new Outbox(options, messages);
  }

  /** Adds a message, which is on disk once `settled` resolves; an operation's response waits for that. */
  send({ at, pool, username, to, kind, code, ...wording }: NewMessage): void {
    const date = new Date(at).toISOString();
    const message: Message = { at: date, pool: this.#poolName(pool.name), username, to, kind, code, ...wording };
    this.#messages.push(message);
    if (this.#messages.length > MAX_KEPT) this.#messages.shift();
    this.#lines.add(JSON.stringify(message));
  }

  /** The newest 1,000 messages, newest first. */
  get newest(): readonly Message[] {
    return this.#messages.toReversed();
  }

  /** Resolves once every message is on disk; rejects where that fails. */
  settled(): Promise<void> {
    return this.#lines.settled();
  }
}

function readMessage(line: string): Message[] {
  try {
    const { data } = messageSchema.safeParse(JSON.parse(line));
    return data ? [data] : [];
  } catch {
    return [];
  }
}
