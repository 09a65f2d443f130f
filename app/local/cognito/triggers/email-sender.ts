import type { Context } from '../context.js';
import type { Pool, User } from '../state/state.js';
import { statusOf } from '../users/user-status.js';
import type { CodeMessage } from './custom-message.js';
import { attributesInEvent } from './runner.js';

/**
 * Hands an e-mail to the pool's trigger that sends them; returns its name, or undefined where the pool has none. Cognito
 * doesn't wait for it, and encrypts the code that is in plain text here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-email-sender.html
 */
export function sendByTrigger(
  context: Context,
  pool: Pool,
  user: User,
  { kind, code, to, client }: CodeMessage,
): string | undefined {
  return context.triggers.start(
    pool,
    'customEmailSender',
    { source: `CustomEmailSender_${kind}`, client, username: user.username },
    {
      type: 'customEmailSenderRequestV1',
      code,
      clientMetadata: context.clientMetadata ?? null,
      // An address that the user is about to have is not an attribute yet.
      userAttributes: { ...attributesInEvent(user, statusOf(user)), email: to },
    },
  );
}
