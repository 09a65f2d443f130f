import type { JWTPayload } from 'jose';
import { MAX_TOKEN_CHARS } from '../../../platform/auth/jwt.js';
import type { TriggerEventName } from '../../../platform/triggers/trigger.js';
import type { Context } from '../context.js';
import type { Client, Pool } from '../state/state.js';
import { isObject } from './runner.js';

/** What a token is made of before it is signed. */
export interface TokenClaims {
  access: JWTPayload;
  id?: JWTPayload;
}

export type TokenSource =
  | 'TokenGeneration_HostedAuth'
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_RefreshTokens'
  | 'TokenGeneration_ClientCredentials';

interface TokenOccasion {
  readonly source: TokenSource;
  readonly client: Client;
  readonly username: string;
  readonly userAttributes: Readonly<Record<string, string>>;
}

/** What no trigger can change. https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html */
const FIXED = [
  'acr',
  'amr',
  'at_hash',
  'auth_time',
  'azp',
  'exp',
  'iat',
  'iss',
  'jti',
  'nbf',
  'nonce',
  'origin_jti',
  'sub',
  'token_use',
];
const FIXED_IN = {
  id: new Set([...FIXED, 'aud', 'cognito:username', 'identities']),
  access: new Set([...FIXED, 'client_id', 'device_key', 'event_id', 'scope', 'username', 'version']),
};

const VERSIONS = { 3: 'preTokenGenerationV3', 2: 'preTokenGenerationV2', 1: 'preTokenGenerationV1' } as const;

/** The claims as the pool's trigger before token generation changes them. Throws the runner's errors. */
export async function changeClaims(
  context: Context,
  pool: Pool,
  claims: TokenClaims,
  occasion: TokenOccasion,
): Promise<TokenClaims> {
  const isMachine = occasion.source === 'TokenGeneration_ClientCredentials';
  const version = versionOf(context, pool);
  if (version === undefined || (isMachine && version < 3)) return claims;
  const event = VERSIONS[version];
  const { userAttributes, ...others } = occasion;
  const groups = claims.access['cognito:groups'] ?? [];
  const { scope = '' } = claims.access as { scope?: string };
  const scopes = scope.split(' ').filter(Boolean);
  const request = {
    userAttributes,
    groupConfiguration: { groupsToOverride: groups, iamRolesToOverride: claims.id?.['cognito:roles'] ?? [] },
    ...(version > 1 && { scopes }),
  };
  const member = version === 1 ? 'claimsOverrideDetails' : 'claimsAndScopeOverrideDetails';
  const response = await context.triggers.run(
    pool,
    event,
    { ...others, version: String(version), clientMetadata: context.clientMetadata },
    request,
    { [member]: null },
  );
  const details = response?.[member] ?? {};
  if (!isObject(details)) throw context.triggers.invalidResponse(pool, event);
  const readPart = partReader(context, pool, event);
  const ofId = version === 1 ? details : readPart(details, 'idTokenGeneration');
  const ofAccess = version === 1 ? {} : readPart(details, 'accessTokenGeneration');
  const overridden = groupClaimsFrom(readPart(details, 'groupOverrideDetails'));
  const apply = (token: JWTPayload, part: Json, fixed: ReadonlySet<string>) => {
    const isOpen = (name: string) => !fixed.has(name) && !name.startsWith('dev:');
    const suppressed = new Set(readPart.names(part, 'claimsToSuppress').filter(isOpen));
    const added = Object.entries(readPart(part, 'claimsToAddOrOverride')).filter(([name]) => isOpen(name));
    const kept = Object.entries(token).filter(([name]) => !suppressed.has(name));
    return { ...Object.fromEntries(kept), ...Object.fromEntries(added) };
  };
  const access = apply({ ...claims.access, ...overridden.groups }, ofAccess, FIXED_IN.access);
  const dropped = readPart.names(ofAccess, 'scopesToSuppress');
  const kept = scopes.filter((scope) => !dropped.includes(scope));
  if (scopes.length > 0 || version > 1)
    access['scope'] = [...new Set([...kept, ...readPart.names(ofAccess, 'scopesToAdd')])].join(' ');
  return {
    access,
    ...(claims.id && { id: apply({ ...claims.id, ...overridden.groups, ...overridden.roles }, ofId, FIXED_IN.id) }),
  };
}

const versionOf = (context: Context, pool: Pool) =>
  ([3, 2, 1] as const).find((each) => context.triggers.has(pool, VERSIONS[each]));

/**
 * Logs a token that Cognito signs, but no API here accepts. HTTP APIs of API Gateway have their own limit besides:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export function warnIfTooLong(context: Context, pool: Pool, use: unknown, { length }: string): void {
  if (length <= MAX_TOKEN_CHARS) return;
  const version = versionOf(context, pool);
  const limits = `the API refuses tokens of more than ${MAX_TOKEN_CHARS}, and API Gateway a request whose line and headers have more than 10240 bytes`;
  const event = version && VERSIONS[version];
  context.triggers.warn(
    pool,
    event,
    `an ${String(use)} token has ${length} characters: ${limits}`,
    'a token is too long',
  );
}

type Json = Record<string, unknown>;

/** Reads members of a response, each of which may be missing or null. Throws InvalidLambdaResponseException. */
function partReader(context: Context, pool: Pool, event: TriggerEventName) {
  const read = (of: Json, name: string): Json => {
    const value = of[name] ?? {};
    if (!isObject(value)) throw context.triggers.invalidResponse(pool, event);
    return value;
  };
  const names = (of: Json, name: string): string[] => {
    const value = of[name] ?? [];
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'string' && !/\s/u.test(each)))
      throw context.triggers.invalidResponse(pool, event);
    return value as string[];
  };
  return Object.assign(read, { names });
}

function groupClaimsFrom({ groupsToOverride, iamRolesToOverride, preferredRole }: Json) {
  const roles = {
    ...(iamRolesToOverride ? { 'cognito:roles': iamRolesToOverride } : {}),
    ...(preferredRole ? { 'cognito:preferred_role': preferredRole } : {}),
  };
  return { groups: groupsToOverride ? { 'cognito:groups': groupsToOverride } : {}, roles };
}
