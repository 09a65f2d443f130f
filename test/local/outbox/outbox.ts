import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../../../app/local/cognito/outbox/outbox.js';

/** The messages in a directory's outbox, oldest first. */
export async function messagesIn(dir: string): Promise<Message[]> {
  const text = await readFile(join(dir, 'outbox.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Message);
}

/** The code of the newest message to an address. */
export async function codeFor(dir: string, to: string): Promise<string> {
  return (await messagesIn(dir)).findLast((message) => message.to === to)?.code ?? '';
}
