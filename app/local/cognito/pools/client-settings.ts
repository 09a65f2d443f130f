import * as fields from '../input/fields.js';
import { flag, integer, kept, list, oneOf, refused, structure, text } from '../input/members.js';
import { required } from '../input/shape.js';

const flow = oneOf(
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_USER_AUTH',
  'ADMIN_NO_SRP_AUTH',
  'USER_PASSWORD_AUTH',
  'CUSTOM_AUTH_FLOW_ONLY',
);
const unit = oneOf('seconds', 'minutes', 'hours', 'days');
/** CreateUserPoolClient's members. */
export const clientShape = {
  UserPoolId: fields.poolId,
  ClientName: fields.name,
  GenerateSecret: flag,
  ClientSecret: fields.clientSecret,
  ExplicitAuthFlows: list(flow),
  AccessTokenValidity: integer(1, 86_400),
  IdTokenValidity: integer(1, 86_400),
  RefreshTokenValidity: integer(0, 315_360_000),
  TokenValidityUnits: structure({ AccessToken: unit, IdToken: unit, RefreshToken: unit }),
  PreventUserExistenceErrors: oneOf('LEGACY', 'ENABLED'),
  EnableTokenRevocation: flag,
  AllowedOAuthFlows: list(oneOf('code', 'implicit', 'client_credentials'), 3),
  AllowedOAuthFlowsUserPoolClient: flag,
  AllowedOAuthScopes: list(text({ min: 1, max: 256, pattern: /[\x21\x23-\x5B\x5D-\x7E]+/ }), 50),
  ReadAttributes: list(text({ min: 1, max: 2048 })),
  RefreshTokenRotation: structure({ Feature: required(oneOf('DISABLED')), RetryGracePeriodSeconds: kept }),
  AuthSessionValidity: integer(3, 15),
  AnalyticsConfiguration: refused,
  CallbackURLs: kept,
  DefaultRedirectURI: kept,
  EnablePropagateAdditionalUserContextData: kept,
  LogoutURLs: kept,
  SupportedIdentityProviders: kept,
  WriteAttributes: kept,
};
