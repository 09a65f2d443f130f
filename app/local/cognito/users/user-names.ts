import { isAddress, isEmail, isPhoneNumber } from '../attributes/values.js';
import { invalidParameter } from '../errors.js';
import type { Address, Pool } from '../state/state.js';

const TITLES: Readonly<Record<Address, string>> = { email: 'an email', phone_number: 'a phone number' };

/**
 * The attribute that a new user's name belongs to, in a pool whose user names are e-mail addresses or phone numbers;
 * undefined in other pools. Throws InvalidParameterException for a name that the pool doesn't allow.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
 */
export function addressIn(pool: Pool, name: string): Address | undefined {
  if (pool.usernameAttributes.length === 0) {
    checkNoAlias(pool, name);
    return undefined;
  }
  const address = pool.usernameAttributes.find((attribute) => isAddress[attribute](name));
  if (address) return address;
  const allowed = pool.usernameAttributes.map((attribute) => TITLES[attribute]);
  throw invalidParameter(`Username should be ${allowed.length > 1 ? 'either ' : ''}${allowed.join(' or ')}.`);
}

/** An address as user name would be taken for another user's alias. */
function checkNoAlias({ aliases }: Pool, name: string): void {
  if (aliases.includes('email') && isEmail(name))
    throw invalidParameter('Username cannot be of email format, since user pool is configured for email alias.');
  if (aliases.includes('phone_number') && isPhoneNumber(name))
    throw invalidParameter(
      'Username cannot be of phone number format, since user pool is configured for phone number alias.',
    );
}
