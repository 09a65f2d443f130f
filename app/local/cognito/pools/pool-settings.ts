import * as fields from '../input/fields.js';
import { flag, integer, stored, list, oneOf, refused, structure, text } from '../input/members.js';
import { required } from '../input/shape.js';
import type { PasswordPolicy } from '../state/state.js';

/** Settings without effect in the emulator, which sends no messages. */
const settings = {
  AccountRecoverySetting: stored,
  AdminCreateUserConfig: stored,
  AutoVerifiedAttributes: stored,
  DeletionProtection: stored,
  EmailConfiguration: stored,
  EmailVerificationMessage: stored,
  EmailVerificationSubject: stored,
  SmsAuthenticationMessage: stored,
  SmsConfiguration: stored,
  SmsVerificationMessage: stored,
  UserAttributeUpdateSettings: stored,
  UserPoolTags: stored,
  UserPoolTier: stored,
  VerificationMessageTemplate: stored,
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

const schemaSettings = {
  AttributeDataType: stored,
  DeveloperOnlyAttribute: stored,
  Mutable: stored,
  NumberAttributeConstraints: stored,
  Required: refused,
  StringAttributeConstraints: stored,
};

/** CreateUserPool's members. */
export const poolShape = {
  PoolName: fields.name,
  Policies: structure({ PasswordPolicy: passwordPolicy, SignInPolicy: refused }),
  AliasAttributes: list(required(oneOf('preferred_username', 'email', 'phone_number'))),
  Schema: list(structure({ Name: required(text({ min: 1, max: 20 })), ...schemaSettings })),
  UsernameConfiguration: structure({ CaseSensitive: required(flag) }),
  MfaConfiguration: oneOf('OFF'),
  DeviceConfiguration: refused,
  LambdaConfig: refused,
  UsernameAttributes: refused,
  UserPoolAddOns: refused,
  ...settings,
};

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
