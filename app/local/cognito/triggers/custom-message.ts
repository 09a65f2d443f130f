import * as z from 'zod/mini';
import type { Context } from '../context.js';
import type { MessageKind } from '../outbox/outbox.js';
import type { Client, Pool, User } from '../state/state.js';
import { statusOf } from '../users/user-status.js';
import { attributesInEvent } from './runner.js';

/** What a message has in place of code, link and user name. */
const CODE = '{####}';
const LINK = '{##Click Here##}';
const USERNAME = '{username}';

const responseSchema = z.object({
  smsMessage: z.nullish(z.string().check(z.maxLength(140))),
  emailMessage: z.nullish(z.string().check(z.maxLength(20_000))),
  emailSubject: z.nullish(z.string().check(z.maxLength(140))),
});

export interface CodeMessage {
  readonly kind: MessageKind;
  readonly code: string;
  /** An e-mail address or a phone number. */
  readonly to: string;
  readonly client?: Client | undefined;
}

/**
 * The message as the pool's trigger words it; empty where Cognito's own is sent, as for one that lacks the placeholders
 * of its request. Throws the runner's errors.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
 */
export async function customMessage(
  context: Context,
  pool: Pool,
  user: User,
  { kind, code, to, client }: CodeMessage,
): Promise<{ subject?: string; text?: string }> {
  const usernameParameter = kind === 'AdminCreateUser' ? USERNAME : null;
  const given = await context.triggers.run(
    pool,
    'customMessage',
    { source: `CustomMessage_${kind}`, client, username: user.username, clientMetadata: context.clientMetadata },
    {
      userAttributes: attributesInEvent(user, statusOf(user)),
      codeParameter: CODE,
      linkParameter: LINK,
      usernameParameter,
    },
    { smsMessage: null, emailMessage: null, emailSubject: null },
  );
  if (!given) return {};
  const { success, data } = responseSchema.safeParse(given);
  if (!success)
    throw context.triggers.invalidResponse(
      pool,
      'customMessage',
      'smsMessage and emailSubject are texts of at most 140 characters, emailMessage of at most 20,000',
    );
  const isEmail = to.includes('@');
  const template = isEmail ? data.emailMessage : data.smsMessage;
  const subject = (isEmail ? data.emailSubject : undefined) ?? undefined;
  const placeholders = [CODE, ...(usernameParameter === null ? [] : [usernameParameter])];
  if (typeof template !== 'string') return { ...(subject !== undefined && { subject }) };
  if (!placeholders.every((placeholder) => template.includes(placeholder))) {
    context.triggers.warn(pool, 'customMessage', `a message without ${placeholders.join(' and ')} is not used`);
    return {};
  }
  const text = template.replaceAll(CODE, () => code).replaceAll(USERNAME, () => user.username);
  return { text, ...(subject !== undefined && { subject }) };
}
