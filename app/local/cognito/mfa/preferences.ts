import { poolOf } from '../context.js';
import { invalidParameter, notSupportedHere } from '../errors.js';
import * as fields from '../input/fields.js';
import { flag, structure } from '../input/members.js';
import type { Input } from '../input/shape.js';
import { writes } from '../operation.js';
import { bearer } from '../sign-in/bearer.js';
import type { MfaFactor, User } from '../state/state.js';
import { userOf } from '../users/directory.js';

const setting = structure({ Enabled: flag, PreferredMfa: flag });
const settings = {
  SMSMfaSettings: setting,
  SoftwareTokenMfaSettings: setting,
  EmailMfaSettings: setting,
  WebAuthnMfaSettings: structure({ Enabled: flag }),
};
type Settings = Input<typeof settings>;

export const mfaPreferenceOperations = {
  SetUserMFAPreference: writes(
    { AccessToken: fields.token, ...settings },
    async (context, { AccessToken, ...given }) => {
      setPreferences((await bearer(context, AccessToken)).user, given);
      return {};
    },
  ),

  AdminSetUserMFAPreference: writes(
    { UserPoolId: fields.poolId, Username: fields.username, ...settings },
    (context, { UserPoolId, Username, ...given }) => {
      setPreferences(userOf(poolOf(context, UserPoolId), Username), given);
      return {};
    },
  ),
};

/** Factors that are left out stay as they are. Throws InvalidParameterException, and then changes nothing. */
function setPreferences(user: User, given: Settings): void {
  if (given.SMSMfaSettings?.Enabled) throw notSupportedHere('SMS_MFA');
  if (given.WebAuthnMfaSettings?.Enabled) throw notSupportedHere('MFA by WebAuthn');
  const before = user.mfa ?? { enabled: [] };
  const wanted = [
    ['SOFTWARE_TOKEN_MFA', given.SoftwareTokenMfaSettings, before.totp !== undefined],
    ['EMAIL_OTP', given.EmailMfaSettings, user.attributes.has('email')],
  ] as const;
  for (const [factor, setting, isReady] of wanted)
    if (setting?.Enabled && !isReady)
      throw invalidParameter(`User does not have delivery config set to turn on ${factor}`);

  const enabled: MfaFactor[] = [];
  for (const [factor, setting] of wanted) if (setting?.Enabled ?? before.enabled.includes(factor)) enabled.push(factor);
  const preferred = wanted.flatMap(([factor, setting]) => (setting?.PreferredMfa ? [factor] : []));
  if (preferred.length > 1) throw invalidParameter('Only one MFA method can be preferred.');
  if (preferred.some((factor) => !enabled.includes(factor)))
    throw invalidParameter('The preferred MFA method must be enabled.');

  const dropped = wanted.some(([factor, setting]) => factor === before.preferred && setting?.PreferredMfa === false);
  const { preferred: last, ...rest } = before;
  const kept = last !== undefined && enabled.includes(last) && !dropped ? last : undefined;
  const next = preferred[0] ?? kept;
  user.mfa = { ...rest, enabled, ...(next && { preferred: next }) };
}
