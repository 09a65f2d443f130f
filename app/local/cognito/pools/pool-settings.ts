import { declaredAttributes } from '../attributes/declared-attributes.js';
import * as fields from '../input/fields.js';
import { flag, integer, list, oneOf, refused, structure, text } from '../input/members.js';
import { required, type Input } from '../input/shape.js';
import { notSupportedHere } from '../errors.js';
import type { FirstFactor, PasswordPolicy } from '../state/state.js';
import { accountSettingsShape, address } from './account-settings.js';

const message = text({ min: 6, max: 20_000 });
const smsMessage = text({ min: 6, max: 140 });
const subject = text({ min: 1, max: 140 });
const arn = text({ min: 20, max: 2048 });

/** Settings without effect in the emulator: messages have one form, and are never sent. */
const settings = {
  DeletionProtection: oneOf('ACTIVE', 'INACTIVE'),
  EmailConfiguration: structure({
    SourceArn: arn,
    ReplyToEmailAddress: text({ pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u }),
    EmailSendingAccount: oneOf('COGNITO_DEFAULT', 'DEVELOPER'),
    From: text({ max: 131_072 }),
    ConfigurationSet: text({ min: 1, max: 64, pattern: /[a-zA-Z0-9_-]+/ }),
  }),
  EmailVerificationMessage: message,
  EmailVerificationSubject: subject,
  SmsAuthenticationMessage: smsMessage,
  SmsConfiguration: structure({ SnsCallerArn: arn, ExternalId: text(), SnsRegion: text({ min: 5, max: 32 }) }),
  SmsVerificationMessage: smsMessage,
  UserPoolTags: fields.tags,
  UserPoolTier: oneOf('LITE', 'ESSENTIALS', 'PLUS'),
  VerificationMessageTemplate: structure({
    SmsMessage: smsMessage,
    EmailMessage: message,
    EmailSubject: subject,
    EmailMessageByLink: message,
    EmailSubjectByLink: subject,
    DefaultEmailOption: oneOf('CONFIRM_WITH_LINK', 'CONFIRM_WITH_CODE'),
  }),
};

const passwordPolicy = structure({
  MinimumLength: integer(6, 99),
  PasswordHistorySize: integer(0, 0),
  RequireLowercase: flag,
  RequireNumbers: flag,
  RequireSymbols: flag,
  RequireUppercase: flag,
  TemporaryPasswordValidityDays: integer(0, 365),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignInPolicyType.html */
const signInPolicyShape = {
  AllowedFirstAuthFactors: list(required(oneOf('PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN')), 4),
};

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolAddOnsType.html */
const addOns = structure({
  AdvancedSecurityMode: required(oneOf('OFF', 'AUDIT', 'ENFORCED')),
  AdvancedSecurityAdditionalFlows: structure({ CustomAuthMode: oneOf('AUDIT', 'ENFORCED') }),
});

/** What CreateUserPool and UpdateUserPool have in common. */
const changeable = {
  Policies: structure({ PasswordPolicy: passwordPolicy, SignInPolicy: structure(signInPolicyShape) }),
  MfaConfiguration: oneOf('OFF', 'ON', 'OPTIONAL'),
  AcrConfiguration: refused,
  DcrConfiguration: refused,
  DeviceConfiguration: refused,
  IssuerConfiguration: refused,
  KeyConfiguration: refused,
  LambdaConfig: refused,
  UserPoolAddOns: addOns,
  ...accountSettingsShape,
  ...settings,
};

/** CreateUserPool's members. */
export const poolShape = {
  PoolName: fields.name,
  AliasAttributes: list(required(oneOf('preferred_username', 'email', 'phone_number'))),
  Schema: declaredAttributes(50),
  UsernameConfiguration: structure({ CaseSensitive: required(flag) }),
  UsernameAttributes: list(required(address), 2),
  ...changeable,
};

/** UpdateUserPool's: what is fixed at creation is missing. */
export const poolUpdateShape = { UserPoolId: fields.poolId, PoolName: fields.optionalName, ...changeable };

/** The settings that are stored to be described again. */
export type ChangeableSettings = Omit<Input<typeof changeable>, 'Policies' | 'MfaConfiguration'>;

/** Cognito's defaults: without a policy everything is required; in a policy, only what it names. */
export function policyFrom(given: Partial<PasswordPolicy> | undefined): PasswordPolicy {
  const requireAll = given === undefined;
  return {
    MinimumLength: given?.MinimumLength ?? 8,
    RequireUppercase: given?.RequireUppercase ?? requireAll,
    RequireLowercase: given?.RequireLowercase ?? requireAll,
    RequireNumbers: given?.RequireNumbers ?? requireAll,
    RequireSymbols: given?.RequireSymbols ?? requireAll,
    TemporaryPasswordValidityDays: given?.TemporaryPasswordValidityDays || 7,
  };
}

/** What USER_AUTH permits; without a policy, a password alone. Throws InvalidParameterException for what the emulator lacks. */
export function firstFactorsFrom(given: Input<typeof signInPolicyShape> | undefined): FirstFactor[] {
  return (given?.AllowedFirstAuthFactors ?? ['PASSWORD']).map((factor) => {
    if (factor === 'PASSWORD' || factor === 'EMAIL_OTP') return factor;
    throw notSupportedHere(`AllowedFirstAuthFactors ${factor}`);
  });
}
