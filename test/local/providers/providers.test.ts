import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CreateIdentityProviderRequest } from '@aws-sdk/client-cognito-identity-provider';
import { createApp, createClient, expectRefusal, useEmulator } from '../emulator.js';

const emulator = useEmulator();

const google = {
  ProviderName: 'Google',
  ProviderType: 'Google',
  ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'email openid' },
} as const;

const oidc = {
  ProviderName: 'partner',
  ProviderType: 'OIDC',
  ProviderDetails: {
    client_id: 'id',
    oidc_issuer: 'https://partner.example.com',
    attributes_request_method: 'GET',
    authorize_scopes: 'openid',
  },
} as const;

const saml = {
  ProviderName: 'enterprise',
  ProviderType: 'SAML',
  ProviderDetails: { MetadataURL: 'https://enterprise.example.com/metadata' },
} as const;

/** A new pool, and the requests of its providers. */
async function newPool() {
  const { sdk, UserPoolId } = await createApp(emulator);
  const create = async (provider: Omit<CreateIdentityProviderRequest, 'UserPoolId'>) =>
    (await sdk.createIdentityProvider({ UserPoolId, ...provider })).IdentityProvider;
  const described = async (ProviderName: string) =>
    (await sdk.describeIdentityProvider({ UserPoolId, ProviderName })).IdentityProvider;
  return { sdk, UserPoolId, create, described };
}

describe('an identity provider', () => {
  test('is described with what Cognito adds to it, over a restart', async () => {
    const { create, described } = await newPool();
    await create({ ...google, AttributeMapping: { email: 'email' } });
    await emulator.restart();
    expect(await described('Google')).toMatchObject({
      ...google,
      ProviderDetails: {
        ...google.ProviderDetails,
        oidc_issuer: 'https://accounts.google.com',
        token_url: 'https://www.googleapis.com/oauth2/v4/token',
      },
      AttributeMapping: { username: 'sub', email: 'email' },
      IdpIdentifiers: [],
    });
  });

  test('is updated: what is left out stays', async () => {
    const { sdk, UserPoolId, create, described } = await newPool();
    await create({ ...saml, AttributeMapping: { email: 'mail' }, IdpIdentifiers: ['example.com'] });
    emulator.pass({ minutes: 1 });
    const ProviderDetails = { MetadataURL: 'https://enterprise.example.com/new', IDPSignout: 'true' };
    await sdk.updateIdentityProvider({ UserPoolId, ProviderName: 'enterprise', ProviderDetails });
    const provider = await described('enterprise');
    expect(provider).toMatchObject({
      ProviderDetails,
      AttributeMapping: { email: 'mail' },
      IdpIdentifiers: ['example.com'],
    });
    expect(Number(provider?.LastModifiedDate) - Number(provider?.CreationDate)).toBe(60_000);
  });

  test('is found by an identifier, which no other provider can have', async () => {
    const { sdk, UserPoolId, create } = await newPool();
    await create({ ...oidc, IdpIdentifiers: ['Partner', 'example.org'] });
    await create(saml);
    const found = await sdk.getIdentityProviderByIdentifier({ UserPoolId, IdpIdentifier: 'example.org' });
    expect(found.IdentityProvider).toHaveProperty('ProviderName', 'partner');
    await expectRefusal(
      sdk.getIdentityProviderByIdentifier({ UserPoolId, IdpIdentifier: 'example.net' }),
      'ResourceNotFoundException',
      'Identity provider example.net does not exist.',
    );
    await expectRefusal(
      sdk.updateIdentityProvider({ UserPoolId, ProviderName: 'enterprise', IdpIdentifiers: ['Partner'] }),
      'DuplicateProviderException',
      'identifier Partner already exists',
    );
  });

  test('is listed in pages, without its details', async () => {
    const { sdk, UserPoolId, create } = await newPool();
    for (const provider of [google, oidc, saml]) await create(provider);
    const first = await sdk.listIdentityProviders({ UserPoolId, MaxResults: 2 });
    const last = await sdk.listIdentityProviders({ UserPoolId, MaxResults: 2, NextToken: first.NextToken });
    expect(first.Providers?.map(({ ProviderName }) => ProviderName)).toStrictEqual(['Google', 'enterprise']);
    expect(last.Providers).toMatchObject([{ ProviderName: 'partner', ProviderType: 'OIDC' }]);
    expect(last.NextToken).toBeUndefined();
    expect(last.Providers?.[0]).not.toHaveProperty('ProviderDetails');
  });

  test('may be named by a client, which no longer names it once it is deleted', async () => {
    const { sdk, UserPoolId, create } = await newPool();
    await create(oidc);
    const { ClientId } = await createClient(sdk, UserPoolId, { SupportedIdentityProviders: ['COGNITO', 'partner'] });
    const provider = { UserPoolId, ProviderName: 'partner' };
    await sdk.deleteIdentityProvider(provider);
    await expectRefusal(sdk.deleteIdentityProvider(provider), 'ResourceNotFoundException', 'partner does not exist');
    const { UserPoolClient } = await sdk.describeUserPoolClient({ UserPoolId, ClientId });
    expect(UserPoolClient?.SupportedIdentityProviders).toStrictEqual(['COGNITO']);
    await expectRefusal(
      createClient(sdk, UserPoolId, { SupportedIdentityProviders: ['partner'] }),
      'InvalidParameterException',
      'The provider partner does not exist for User Pool ',
    );
  });
});

describe('an identity provider is refused', () => {
  let create: Awaited<ReturnType<typeof newPool>>['create'];
  beforeAll(async () => void ({ create } = await newPool()));

  const { client_secret: _secret, ...withoutSecret } = google.ProviderDetails;
  const refusals: Record<string, [provider: Omit<CreateIdentityProviderRequest, 'UserPoolId'>, message: string]> = {
    'without a detail that its type needs': [{ ...google, ProviderDetails: withoutSecret }, 'lack client_secret.'],
    'of a social type under another name': [{ ...google, ProviderName: 'Goggle' }, 'must be Google'],
    'by the name of the pool itself': [{ ...oidc, ProviderName: 'Cognito' }, 'reserved for the user pool itself'],
    'by a name with an underscore at its start': [{ ...oidc, ProviderName: '_partner' }, "'providerName'"],
    'with an issuer by plain HTTP': [
      { ...oidc, ProviderDetails: { ...oidc.ProviderDetails, oidc_issuer: 'http://partner.example.com' } },
      'oidc_issuer must be an https URL',
    ],
    'with another method than GET and POST': [
      { ...oidc, ProviderDetails: { ...oidc.ProviderDetails, attributes_request_method: 'PUT' } },
      'attributes_request_method must be GET or POST',
    ],
    'with neither metadata nor its address': [{ ...saml, ProviderDetails: {} }, 'either MetadataURL or MetadataFile'],
    'with metadata that are none': [{ ...saml, ProviderDetails: { MetadataFile: '<html>' } }, 'SAML 2.0 metadata'],
    'that maps an attribute that the pool lacks': [{ ...oidc, AttributeMapping: { 'custom:x': 'x' } }, 'custom:x'],
    'of a type that Cognito lacks': [{ ...oidc, ProviderType: 'Twitter' as 'OIDC' }, "'providerType'"],
  };

  test.each(Object.keys(refusals))('%s', async (name) => {
    const [provider, message] = refusals[name] ?? [oidc, ''];
    await expectRefusal(create(provider), 'InvalidParameterException', message);
  });

  test('where the pool has one of its name', async () => {
    await create(oidc);
    await expectRefusal(create(oidc), 'DuplicateProviderException', 'A provider with the name partner already exists.');
  });
});
