import { createHmac } from 'node:crypto';
import { isPhoneNumber } from '../attributes/values.js';
import type { Context } from '../context.js';
import { CognitoError } from '../errors.js';
import { LOWER } from '../random-text.js';
import { unknownNameOf } from '../sign-in/authenticate.js';
import type { Client, Pool } from '../state/state.js';
import { userKey } from '../users/directory.js';
import { deliveryDetails } from './delivery.js';
import { countAttempt } from './limits.js';

/** Throws UserNotFoundException unless the client hides who exists. */
export function checkHidden(client: Client): void {
  if (!client.hideUserExistence)
    throw new CognitoError('UserNotFoundException', 'Username/client id combination not found.');
}

/**
 * CodeDeliveryDetails for a name that nobody has, or whose user gets no code: always the same for a name, and limited as
 * for a user who exists.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 */
export function simulatedDelivery(context: Context, pool: Pool, name: string, action: string) {
  countHiddenAttempt(context, pool, name, action);
  if (isPhoneNumber(name)) return deliveryDetails('phone_number', name);
  return deliveryDetails('email', name.includes('@') ? name : inventedEmail(pool, name));
}

/** Counts an attempt for a name that nobody has. Throws LimitExceededException. */
export function countHiddenAttempt(context: Context, pool: Pool, name: string, action: string): void {
  countAttempt(context, unknownNameOf(context, pool, name), action);
}

/** Derived from the name by a secret of the pool, so that nobody else can tell it from a real one. */
function inventedEmail(pool: Pool, name: string): string {
  const digest = createHmac('sha256', pool.keys.id.privateKey).update(userKey(pool, name)).digest();
  const letter = (index: number) => LOWER.charAt(digest.readUInt16BE(index) % LOWER.length);
  return `${letter(0)}@${letter(2)}`;
}
