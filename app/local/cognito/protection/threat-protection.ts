import { CognitoError, notSupportedHere } from '../errors.js';
import type { ChangeableSettings } from '../pools/pool-settings.js';
import { settingsOf } from '../pools/stored-settings.js';
import { checkTier } from '../pools/tiers.js';
import type { Pool } from '../state/state.js';

/**
 * AUDIT, which changes no sign-in, is accepted; ENFORCED would have to. Throws FeatureUnavailableInTierException,
 * InvalidParameterException.
 */
export function checkAddOns({ UserPoolAddOns, UserPoolTier = 'ESSENTIALS' }: ChangeableSettings): void {
  const { AdvancedSecurityMode, AdvancedSecurityAdditionalFlows } = UserPoolAddOns ?? {};
  const modes = new Set([AdvancedSecurityMode, AdvancedSecurityAdditionalFlows?.CustomAuthMode]);
  if (modes.has('ENFORCED')) throw notSupportedHere('Threat protection in the mode ENFORCED');
  if (modes.has('AUDIT')) checkTier(UserPoolTier, ['PLUS'], 'Threat protection');
}

/** Throws UserPoolAddOnNotEnabledException where the pool has no threat protection. */
export function checkThreatProtection(pool: Pool): void {
  if (settingsOf(pool).UserPoolAddOns?.AdvancedSecurityMode !== 'AUDIT')
    throw new CognitoError('UserPoolAddOnNotEnabledException', 'Threat protection is not enabled for the user pool.');
}
