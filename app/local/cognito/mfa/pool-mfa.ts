import { poolOf } from '../context.js';
import { invalidParameter, notSupportedHere } from '../errors.js';
import * as fields from '../input/fields.js';
import { flag, oneOf, structure, text } from '../input/members.js';
import { reads, writes } from '../operation.js';
import type { Pool, PoolMfa } from '../state/state.js';

const email = structure({
  Message: text({ min: 6, max: 20_000 }),
  Subject: text({ min: 1, max: 140 }),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html */
export const poolMfaOperations = {
  GetUserPoolMfaConfig: reads({ UserPoolId: fields.poolId }, (context, { UserPoolId }) =>
    describe(poolOf(context, UserPoolId)),
  ),

  SetUserPoolMfaConfig: writes(
    {
      UserPoolId: fields.poolId,
      MfaConfiguration: oneOf('OFF', 'ON', 'OPTIONAL'),
      SoftwareTokenMfaConfiguration: structure({ Enabled: flag }),
      EmailMfaConfiguration: email,
      SmsMfaConfiguration: structure({
        SmsAuthenticationMessage: text({ min: 6, max: 140 }),
        SmsConfiguration: structure({ SnsCallerArn: text(), ExternalId: text(), SnsRegion: text() }),
      }),
      WebAuthnConfiguration: structure({ RelyingPartyId: text(), UserVerification: text() }),
    },
    (context, input) => {
      const pool = poolOf(context, input.UserPoolId);
      if (input.SmsMfaConfiguration?.SmsConfiguration) throw notSupportedHere('SmsMfaConfiguration');
      if (input.WebAuthnConfiguration) throw notSupportedHere('WebAuthnConfiguration');
      const mfa: PoolMfa = {
        configuration: input.MfaConfiguration ?? pool.mfa?.configuration ?? 'OFF',
        softwareToken: input.SoftwareTokenMfaConfiguration?.Enabled ?? false,
        ...(input.EmailMfaConfiguration && { email: input.EmailMfaConfiguration }),
      };
      if (mfa.configuration === 'OFF' && offersFactor(mfa))
        throw invalidParameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.");
      if (mfa.configuration !== 'OFF' && !offersFactor(mfa))
        throw invalidParameter(
          'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.',
        );
      pool.mfa = mfa;
      pool.modifiedAt = context.now();
      return describe(pool);
    },
  ),
};

const offersFactor = (mfa: PoolMfa) => mfa.softwareToken || mfa.email !== undefined;

/**
 * MFA as CreateUserPool and UpdateUserPool leave it, off by default: they don't set up a factor, other than SMS codes,
 * but keep on what SetUserPoolMfaConfig has set up. Undefined for off; throws InvalidParameterException.
 */
export function keptMfa(asked: PoolMfa['configuration'] = 'OFF', before?: PoolMfa): PoolMfa | undefined {
  if (asked === 'OFF') return undefined;
  if (!before || !offersFactor(before))
    throw invalidParameter(
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
    );
  return { ...before, configuration: asked };
}

const describe = ({ mfa }: Pool) => ({
  MfaConfiguration: mfa?.configuration ?? 'OFF',
  ...(mfa?.softwareToken && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
  ...(mfa?.email && { EmailMfaConfiguration: mfa.email }),
});
