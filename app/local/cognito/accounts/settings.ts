import { settingsOf } from '../pools/stored-settings.js';
import type { Address, Pool } from '../state/state.js';

/** Whether people may sign up on their own. */
export const allowsSignUp = (pool: Pool) => settingsOf(pool).AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true;

/** The attributes that are verified by a code; of two, the phone number is first, as in Cognito. */
export const verifiedByCode = (pool: Pool): Address[] => {
  const { AutoVerifiedAttributes = [] } = settingsOf(pool);
  return (['phone_number', 'email'] as const).filter((attribute) => AutoVerifiedAttributes.includes(attribute));
};

/** Whether a new value of the attribute waits for its verification before it replaces the old one. */
export const keepsOldValue = (pool: Pool, attribute: Address) =>
  settingsOf(pool).UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate?.includes(attribute) === true;

/**
 * The verified attributes that a forgotten password is recovered by, the first choice first; none where administrators
 * recover accounts. Pools without the setting prefer the phone number.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-recover-a-user-account.html
 */
export function recoveryAddresses(pool: Pool): Address[] {
  const mechanisms = settingsOf(pool).AccountRecoverySetting?.RecoveryMechanisms;
  if (!mechanisms) return ['phone_number', 'email'];
  return mechanisms
    .toSorted((a, b) => a.Priority - b.Priority)
    .flatMap(({ Name }) => (Name === 'admin_only' ? [] : [ADDRESS_OF[Name]]));
}

const ADDRESS_OF = { verified_email: 'email', verified_phone_number: 'phone_number' } as const;
