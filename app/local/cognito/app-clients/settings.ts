import { invalidParameter } from '../errors.js';
import { arn } from '../input/fields.js';
import { flag, integer, list, oneOf, structure, text } from '../input/members.js';
import { required, type Input } from '../input/shape.js';
import type { Client, Lifetimes } from '../state/state.js';

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
const DEFAULT_FLOWS = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];
const unit = oneOf('seconds', 'minutes', 'hours', 'days');
const attribute = text({ min: 1, max: 2048 });
const address = text({ min: 1, max: 1024, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u });
const MAX_GRACE_SECONDS = 60;

/** What CreateUserPoolClient and UpdateUserPoolClient have in common. */
export const settingsShape = {
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
  ReadAttributes: list(attribute, 1000),
  WriteAttributes: list(attribute, 1000),
  RefreshTokenRotation: structure({
    Feature: required(oneOf('ENABLED', 'DISABLED')),
    RetryGracePeriodSeconds: integer(0, MAX_GRACE_SECONDS),
  }),
  AuthSessionValidity: integer(3, 15),
  AnalyticsConfiguration: structure({
    ApplicationId: text({ pattern: /[0-9a-fA-F]+/ }),
    ApplicationArn: arn,
    RoleArn: arn,
    ExternalId: text(),
    UserDataShared: flag,
  }),
  CallbackURLs: list(address),
  LogoutURLs: list(address),
  DefaultRedirectURI: address,
  EnablePropagateAdditionalUserContextData: flag,
  SupportedIdentityProviders: list(text({ min: 1, max: 32, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+/u })),
};

/** What a request says about a client. */
export type ClientRequest = Input<typeof settingsShape>;
type ClientSettings = Omit<Client, 'id' | 'name' | 'createdAt' | 'modifiedAt' | 'secrets'>;

/** Settings that are left out have Cognito's defaults, at an update as well. Throws InvalidParameterException. */
export const clientSettings = (input: ClientRequest): ClientSettings => ({
  flows: input.ExplicitAuthFlows ?? defaultFlows(input),
  lifetimes: lifetimesFrom(input),
  hideUserExistence: input.PreventUserExistenceErrors === 'ENABLED',
  revocable: input.EnableTokenRevocation ?? true,
  clientCredentials:
    input.AllowedOAuthFlowsUserPoolClient === true && (input.AllowedOAuthFlows ?? []).includes('client_credentials'),
  challengeMinutes: input.AuthSessionValidity ?? 3,
  scopes: input.AllowedOAuthScopes ?? [],
  ...(input.ReadAttributes && { readAttributes: input.ReadAttributes }),
  ...(rotates(input) && { rotation: { graceSeconds: input.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0 } }),
  ...(input.WriteAttributes && { writeAttributes: input.WriteAttributes }),
  settings: JSON.stringify(input),
});

const rotates = ({ RefreshTokenRotation }: ClientRequest) => RefreshTokenRotation?.Feature === 'ENABLED';

/** REFRESH_TOKEN_AUTH excludes rotation. */
const defaultFlows = (input: ClientRequest) =>
  DEFAULT_FLOWS.filter((name) => name !== 'ALLOW_REFRESH_TOKEN_AUTH' || !rotates(input));

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
type Unit = keyof typeof SECONDS;

const ONE_HOUR = 3600;
const THIRTY_DAYS = 30 * 86_400;
const SHORT = { min: 300, max: 86_400 };
const LONG = { min: 3600, max: 315_360_000 };

/**
 * Access and ID tokens live 5 minutes to 1 day, by default 1 hour; refresh tokens 1 hour to 10 years, by default, and
 * for the value 0, 30 days.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TokenValidityUnitsType.html
 */
function lifetimesFrom(input: ClientRequest): Lifetimes {
  const units = input.TokenValidityUnits ?? {};
  const refresh = input.RefreshTokenValidity || undefined;
  return {
    access: lifetime('access', input.AccessTokenValidity, units.AccessToken ?? 'hours', SHORT) ?? ONE_HOUR,
    id: lifetime('id', input.IdTokenValidity, units.IdToken ?? 'hours', SHORT) ?? ONE_HOUR,
    refresh: lifetime('refresh', refresh, units.RefreshToken ?? 'days', LONG) ?? THIRTY_DAYS,
  };
}

function lifetime(token: string, amount: number | undefined, unit: Unit, { min, max }: typeof SHORT) {
  if (amount === undefined) return undefined;
  const seconds = amount * SECONDS[unit];
  if (seconds >= min && seconds <= max) return seconds;
  throw invalidParameter(`Invalid range for token validity: ${token} token, from ${min} to ${max} seconds.`);
}
