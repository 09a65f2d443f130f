import type { Context } from '../context.js';
import type { Address, Pool, User } from '../state/state.js';
import { customMessage, type CodeMessage } from '../triggers/custom-message.js';
import { sendByTrigger } from '../triggers/email-sender.js';

/**
 * Puts a message for the user into the outbox, addressed to the attribute's value, or to nobody; the trigger that sends
 * e-mails gets those as well, and Cognito's own words, and what customMessage makes of them, have no use then. Throws the
 * errors of customMessage, when what the message is about has happened already.
 */
export async function deliver(
  context: Context,
  pool: Pool,
  user: User,
  message: Omit<CodeMessage, 'to'> & { to: string | undefined },
): Promise<void> {
  const { kind, code, to = null } = message;
  const sentBy = to?.includes('@') ? sendByTrigger(context, pool, user, { ...message, to }) : undefined;
  const how = sentBy === undefined && to !== null ? await customMessage(context, pool, user, { ...message, to }) : {};
  const sender = sentBy === undefined ? {} : { sentBy };
  context.outbox.send({ at: context.now(), pool, username: user.username, kind, code, to, ...how, ...sender });
}

/** As CodeDeliveryDetails says where a code went: `a***@e***` or `+*******4567`. */
export function deliveryDetails(attribute: Address, destination: string) {
  return {
    AttributeName: attribute,
    DeliveryMedium: attribute === 'email' ? 'EMAIL' : 'SMS',
    Destination: attribute === 'email' ? maskEmail(destination) : maskPhone(destination),
  };
}

const maskEmail = (address: string) =>
  address
    .split('@')
    .map((half) => `${half.charAt(0)}***`)
    .join('@');

const maskPhone = (number: string) => `+${'*'.repeat(Math.max(number.length - 5, 0))}${number.slice(-4)}`;
