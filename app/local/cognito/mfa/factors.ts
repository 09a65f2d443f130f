import type { MfaFactor, Pool, User } from '../state/state.js';

/** The second factors that a sign-in may ask the user for, in the order in which they are offered. */
export function factorsOf(pool: Pool, user: User): MfaFactor[] {
  const { configuration = 'OFF', softwareToken = false, email } = pool.mfa ?? {};
  const { totp, enabled = [] } = user.mfa ?? {};
  if (configuration === 'OFF') return [];
  // Who has registered a token keeps using it where the pool no longer offers it to others.
  const hasToken = totp !== undefined;
  const hasEmail = email !== undefined && user.attributes.has('email');
  if (configuration === 'OPTIONAL')
    return enabled.filter((factor) => (factor === 'SOFTWARE_TOKEN_MFA' ? hasToken : hasEmail));
  const mayUseToken = hasToken && (softwareToken || enabled.includes('SOFTWARE_TOKEN_MFA'));
  return [...(mayUseToken ? ['SOFTWARE_TOKEN_MFA' as const] : []), ...(hasEmail ? ['EMAIL_OTP' as const] : [])];
}

/** What a user without a second factor may set up, where the pool requires one. */
export function factorsToSetUp({ mfa }: Pool): MfaFactor[] {
  if (mfa?.configuration !== 'ON') return [];
  return [...(mfa.softwareToken ? ['SOFTWARE_TOKEN_MFA' as const] : []), ...(mfa.email ? ['EMAIL_OTP' as const] : [])];
}

/** As GetUser and AdminGetUser show the user's factors; both members are absent where there is none. */
export function mfaSettings({ mfa }: User): { UserMFASettingList?: MfaFactor[]; PreferredMfaSetting?: MfaFactor } {
  return {
    ...(mfa && mfa.enabled.length > 0 && { UserMFASettingList: mfa.enabled }),
    ...(mfa?.preferred && { PreferredMfaSetting: mfa.preferred }),
  };
}

/** Turns a factor on for the user; it becomes the preferred one where none is. */
export function enableFactor(user: User, factor: MfaFactor): void {
  const { enabled = [], preferred = factor, ...rest } = user.mfa ?? {};
  user.mfa = { ...rest, enabled: [...new Set([...enabled, factor])], preferred };
}
