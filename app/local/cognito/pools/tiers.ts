import { CognitoError } from '../errors.js';
import type { Pool } from '../state/state.js';
import { settingsOf } from './stored-settings.js';

type Tier = 'LITE' | 'ESSENTIALS' | 'PLUS';

/** The pool's feature plan. */
export const tierOf = (pool: Pool): Tier => settingsOf(pool).UserPoolTier ?? 'ESSENTIALS';

/** Throws FeatureUnavailableInTierException unless `tier` is one of `permitted`. */
export function checkTier(tier: Tier, permitted: readonly Tier[], feature: string): void {
  if (!permitted.includes(tier))
    throw new CognitoError(
      'FeatureUnavailableInTierException',
      `${feature} is not available in the ${tier} tier, but in ${permitted.join(' and ')}.`,
    );
}
