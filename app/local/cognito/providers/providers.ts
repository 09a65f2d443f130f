import { schemaOf } from '../attributes/schema.js';
import { poolOf } from '../context.js';
import { CognitoError, invalidParameter, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, list, oneOf, stringMap, text } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import { forgetProvider } from '../app-clients/supported-providers.js';
import type { IdentityProvider } from '../state/administration.js';
import type { Pool } from '../state/state.js';
import { isSocial, providerDetails, withSubject } from './provider-details.js';

const identified = {
  UserPoolId: fields.poolId,
  ProviderName: required(text({ min: 1, max: 32, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+/u })),
};
const identifier = text({ min: 1, max: 40, pattern: /[\w\s+=.@-]+/ });
const changeable = {
  ProviderDetails: stringMap,
  AttributeMapping: stringMap,
  IdpIdentifiers: list(required(identifier), 50),
};
const MAX_PAGE_SIZE = 50;

/**
 * Identity providers outside the pool: kept and described, with what Cognito adds to them. Nobody signs in by one here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation.html
 */
export const providerOperations = {
  CreateIdentityProvider: writes(
    {
      ...changeable,
      UserPoolId: fields.poolId,
      ProviderName: required(text({ min: 3, max: 32, pattern: /[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+/u })),
      ProviderType: required(oneOf('SAML', 'Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple', 'OIDC')),
      ProviderDetails: required(stringMap),
    },
    (context, { UserPoolId, ProviderName: name, ProviderType: type, ...input }) => {
      const pool = poolOf(context, UserPoolId);
      checkName(pool, name, type);
      const now = context.now();
      const provider: IdentityProvider = {
        name,
        type,
        details: providerDetails(type, input.ProviderDetails),
        attributeMapping: mappingOf(pool, type, input.AttributeMapping),
        identifiers: input.IdpIdentifiers ?? [],
        createdAt: now,
        modifiedAt: now,
      };
      checkIdentifiers(pool, provider);
      (pool.providers ??= new Map<string, IdentityProvider>()).set(name, provider);
      return { IdentityProvider: describe(pool, provider) };
    },
  ),

  /** What the request leaves out stays as it is. */
  UpdateIdentityProvider: writes(
    { ...identified, ...changeable },
    (context, { UserPoolId, ProviderName, ...input }) => {
      const pool = poolOf(context, UserPoolId);
      const before = providerOf(pool, ProviderName);
      const { ProviderDetails: details, AttributeMapping: mapping, IdpIdentifiers } = input;
      const provider: IdentityProvider = {
        ...before,
        ...(details && { details: providerDetails(before.type, details) }),
        ...(mapping && { attributeMapping: mappingOf(pool, before.type, mapping) }),
        ...(IdpIdentifiers && { identifiers: IdpIdentifiers }),
        modifiedAt: context.now(),
      };
      checkIdentifiers(pool, provider);
      pool.providers?.set(provider.name, provider);
      return { IdentityProvider: describe(pool, provider) };
    },
  ),

  /** Its clients no longer name it. */
  DeleteIdentityProvider: writes(identified, (context, { UserPoolId, ProviderName }) => {
    const pool = poolOf(context, UserPoolId);
    const { name } = providerOf(pool, ProviderName);
    pool.providers?.delete(name);
    forgetProvider(pool, name);
    return {};
  }),

  DescribeIdentityProvider: reads(identified, (context, { UserPoolId, ProviderName }) => {
    const pool = poolOf(context, UserPoolId);
    return { IdentityProvider: describe(pool, providerOf(pool, ProviderName)) };
  }),

  GetIdentityProviderByIdentifier: reads(
    { UserPoolId: fields.poolId, IdpIdentifier: required(identifier) },
    (context, { UserPoolId, IdpIdentifier }) => {
      const pool = poolOf(context, UserPoolId);
      const found = [...(pool.providers?.values() ?? [])].find(({ identifiers }) =>
        identifiers.includes(IdpIdentifier),
      );
      if (!found) throw notFound(`Identity provider ${IdpIdentifier} does not exist.`);
      return { IdentityProvider: describe(pool, found) };
    },
  ),

  ListIdentityProviders: reads(
    { UserPoolId: fields.poolId, MaxResults: integer(0, 60), NextToken: fields.pageToken },
    (context, { UserPoolId, MaxResults, NextToken }) => {
      const size = Math.min(MaxResults || MAX_PAGE_SIZE, MAX_PAGE_SIZE);
      const { items, next } = fields.page(poolOf(context, UserPoolId).providers ?? [], size, NextToken);
      return { Providers: items.map(summarise), NextToken: next };
    },
  ),
};

/** Throws ResourceNotFoundException. */
export function providerOf(pool: Pool, name: string): IdentityProvider {
  const found = pool.providers?.get(name);
  if (!found) throw notFound(`Identity provider ${name} does not exist.`);
  return found;
}

/** Throws DuplicateProviderException, InvalidParameterException. */
function checkName(pool: Pool, name: string, type: IdentityProvider['type']): void {
  if (name.toUpperCase() === 'COGNITO') throw invalidParameter(`${name} is reserved for the user pool itself.`);
  if (isSocial(type) && name !== type)
    throw invalidParameter(`The name of a provider of type ${type} must be ${type}.`);
  if (pool.providers?.has(name))
    throw new CognitoError('DuplicateProviderException', `A provider with the name ${name} already exists.`);
}

/** Throws DuplicateProviderException where another provider of the pool has one of the identifiers. */
function checkIdentifiers(pool: Pool, { name, identifiers }: IdentityProvider): void {
  const others = [...(pool.providers?.values() ?? [])].filter((other) => other.name !== name);
  const taken = identifiers.find((each) => others.some((other) => other.identifiers.includes(each)));
  if (taken !== undefined)
    throw new CognitoError('DuplicateProviderException', `A provider with the identifier ${taken} already exists.`);
}

/** Throws InvalidParameterException for attributes that the pool doesn't have. */
function mappingOf(pool: Pool, type: IdentityProvider['type'], given: ReadonlyMap<string, string> = new Map()) {
  const schema = schemaOf(pool);
  const unknown = [...given.keys()].filter((name) => name !== 'username' && !schema.has(name));
  if (unknown.length > 0)
    throw invalidParameter(`AttributeMapping names attributes that the user pool lacks: ${unknown.join(', ')}.`);
  return withSubject(type, given);
}

const summarise = ({ name, type, createdAt, modifiedAt }: IdentityProvider) => ({
  ProviderName: name,
  ProviderType: type,
  CreationDate: fields.date(createdAt),
  LastModifiedDate: fields.date(modifiedAt),
});

const describe = (pool: Pool, provider: IdentityProvider) => ({
  ...summarise(provider),
  UserPoolId: pool.id,
  ProviderDetails: Object.fromEntries(provider.details),
  AttributeMapping: Object.fromEntries(provider.attributeMapping),
  IdpIdentifiers: provider.identifiers,
});
