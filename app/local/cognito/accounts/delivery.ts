import type { Context } from '../context.js';
import type { MessageKind } from '../outbox/outbox.js';
import type { Address, Pool, User } from '../state/state.js';

/** Puts a message for the user into the outbox, addressed to the attribute's value, or to nobody. */
export function deliver(
  context: Context,
  pool: Pool,
  user: User,
  message: { kind: MessageKind; code: string; to: string | undefined },
): void {
  const { kind, code, to = null } = message;
  context.outbox.send({ at: context.now(), pool, username: user.username, kind, code, to });
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
