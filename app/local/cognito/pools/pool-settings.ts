import * as fields from '../input/fields.js';
import { flag, integer, kept, list, oneOf, refused, structure, text } from '../input/members.js';
import { required } from '../input/shape.js';
import type { PasswordPolicy } from '../state/state.js';

/** What a pool may be told and has no effect on a laptop, where no message is sent. */
const settings = {
  AccountRecoverySetting: kept,
  AdminCreateUserConfig: kept,
  AutoVerifiedAttributes: kept,
  DeletionProtection: kept,
  EmailConfiguration: kept,
  EmailVerificationMessage: kept,
  EmailVerificationSubject: kept,
  SmsAuthenticationMessage: kept,
  SmsConfiguration: kept,
  SmsVerificationMessage: kept,
  UserAttributeUpdateSettings: kept,
  UserPoolTags: kept,
  UserPoolTier: kept,
  VerificationMessageTemplate: kept,
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
  AttributeDataType: kept,
  DeveloperOnlyAttribute: kept,
  Mutable: kept,
  NumberAttributeConstraints: kept,
  Required: refused,
  StringAttributeConstraints: kept,
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

/** Cognito's defaults: without a policy everything is demanded; in a policy, what isn't named isn't. */
export function policyFrom(given: Partial<PasswordPolicy> | undefined): PasswordPolicy {
  const demanded = given === undefined;
  return {
    MinimumLength: given?.MinimumLength ?? 8,
    RequireUppercase: given?.RequireUppercase ?? demanded,
    RequireLowercase: given?.RequireLowercase ?? demanded,
    RequireNumbers: given?.RequireNumbers ?? demanded,
    RequireSymbols: given?.RequireSymbols ?? demanded,
    TemporaryPasswordValidityDays: given?.TemporaryPasswordValidityDays || 7,
  };
}
