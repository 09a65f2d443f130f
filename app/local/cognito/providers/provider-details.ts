import { invalidParameter } from '../errors.js';
import type { ProviderType } from '../state/administration.js';

type Details = ReadonlyMap<string, string>;

interface Kind {
  required: readonly string[];
  /** The provider's attribute that Cognito maps to the user name; SAML's NameID is mapped without being shown. */
  subject?: string;
  /** What Cognito adds where the request leaves it out. */
  added: (details: Details) => Readonly<Record<string, string>>;
}

const CLIENT = ['client_id', 'client_secret', 'authorize_scopes'];

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
const kinds: Readonly<Record<ProviderType, Kind>> = {
  Google: {
    required: CLIENT,
    subject: 'sub',
    added: () => ({
      attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
      attributes_url_add_attributes: 'true',
      authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
      oidc_issuer: 'https://accounts.google.com',
      token_request_method: 'POST',
      token_url: 'https://www.googleapis.com/oauth2/v4/token',
    }),
  },
  Facebook: {
    required: CLIENT,
    subject: 'id',
    added: (details) => {
      const version = details.get('api_version') ?? 'v17.0';
      return {
        api_version: version,
        attributes_url: `https://graph.facebook.com/${version}/me?fields=`,
        attributes_url_add_attributes: 'true',
        authorize_url: `https://www.facebook.com/${version}/dialog/oauth`,
        token_request_method: 'GET',
        token_url: `https://graph.facebook.com/${version}/oauth/access_token`,
      };
    },
  },
  LoginWithAmazon: {
    required: CLIENT,
    subject: 'user_id',
    added: () => ({
      attributes_url: 'https://api.amazon.com/user/profile',
      attributes_url_add_attributes: 'false',
      authorize_url: 'https://www.amazon.com/ap/oa',
      token_request_method: 'POST',
      token_url: 'https://api.amazon.com/auth/o2/token',
    }),
  },
  SignInWithApple: {
    required: ['client_id', 'team_id', 'key_id', 'private_key', 'authorize_scopes'],
    subject: 'sub',
    added: () => ({
      attributes_url_add_attributes: 'false',
      authorize_url: 'https://appleid.apple.com/auth/authorize',
      oidc_issuer: 'https://appleid.apple.com',
      token_request_method: 'POST',
      token_url: 'https://appleid.apple.com/auth/token',
    }),
  },
  OIDC: {
    required: ['client_id', 'attributes_request_method', 'oidc_issuer', 'authorize_scopes'],
    subject: 'sub',
    added: () => ({ attributes_url_add_attributes: 'false' }),
  },
  SAML: { required: [], added: () => ({}) },
};

/** Throws InvalidParameterException for details that the type needs and that are missing, or that it doesn't know. */
export function providerDetails(type: ProviderType, given: Details): Map<string, string> {
  const missing = kinds[type].required.filter((key) => !given.get(key));
  if (missing.length > 0)
    throw invalidParameter(`ProviderDetails of a provider of type ${type} lack ${missing.join(', ')}.`);
  if (type === 'OIDC') checkOidc(given);
  if (type === 'SAML') checkSaml(given);
  return new Map([...Object.entries(kinds[type].added(given)), ...given]);
}

/** The mapping with the user name, which Cognito maps itself where the request doesn't. */
export function withSubject(type: ProviderType, mapping: Details): Map<string, string> {
  const { subject } = kinds[type];
  return new Map([...(subject === undefined ? [] : [['username', subject] as const]), ...mapping]);
}

/** The name of the providers of which a pool has at most one is their type. */
export const isSocial = (type: ProviderType) => type !== 'OIDC' && type !== 'SAML';

const URL_KEYS = ['oidc_issuer', 'authorize_url', 'token_url', 'attributes_url', 'jwks_uri'];

function checkOidc(details: Details): void {
  for (const key of URL_KEYS) {
    const url = details.get(key);
    if (url !== undefined && !isHttps(url)) throw invalidParameter(`ProviderDetails.${key} must be an https URL.`);
  }
  checkOneOf(details, 'attributes_request_method', ['GET', 'POST']);
}

function checkSaml(details: Details): void {
  const [url, file] = [details.get('MetadataURL'), details.get('MetadataFile')];
  if ((url === undefined) === (file === undefined))
    throw invalidParameter('ProviderDetails of a provider of type SAML need either MetadataURL or MetadataFile.');
  if (url !== undefined && !isHttps(url)) throw invalidParameter('ProviderDetails.MetadataURL must be an https URL.');
  if (file !== undefined && !file.includes('EntityDescriptor'))
    throw invalidParameter('ProviderDetails.MetadataFile must be SAML 2.0 metadata.');
  for (const key of ['IDPInit', 'IDPSignout', 'EncryptedResponses']) checkOneOf(details, key, ['true', 'false']);
  checkOneOf(details, 'RequestSigningAlgorithm', ['rsa-sha256']);
}

function checkOneOf(details: Details, key: string, values: readonly string[]): void {
  const value = details.get(key);
  if (value !== undefined && !values.includes(value))
    throw invalidParameter(`ProviderDetails.${key} must be ${values.join(' or ')}.`);
}

const isHttps = (url: string) => URL.canParse(url) && new URL(url).protocol === 'https:';
