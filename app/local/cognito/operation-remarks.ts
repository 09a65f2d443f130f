import type { api } from './operations.js';

type Remarks = Readonly<Partial<Record<keyof typeof api, string>>>;

/** What an operation lacks that Cognito's has: it is done in part. */
export const missing: Remarks = {
  AdminInitiateAuth: 'devices',
  AdminRespondToAuthChallenge: 'SMS codes, passkeys, devices',
  AdminSetUserMFAPreference: 'SMS codes, passkeys',
  CreateUserPool:
    'Lambda triggers, devices, SMS codes and passkeys as first factor, threat protection that is enforced, password history, keys and issuers of your own',
  DescribeManagedLoginBranding: "`ReturnMergedResources`: Cognito's defaults are not merged in",
  DescribeManagedLoginBrandingByClient: 'as `DescribeManagedLoginBranding`',
  InitiateAuth: 'devices',
  RespondToAuthChallenge: 'SMS codes, passkeys, devices',
  SetUserMFAPreference: 'SMS codes, passkeys',
  SetUserPoolMfaConfig: 'SMS codes, passkeys',
  UpdateUserPool: 'as `CreateUserPool`',
};

/** What an operation that is done stores without an effect in the emulator. */
export const withoutEffect: Remarks = {
  CreateIdentityProvider: 'nobody signs in by it; endpoints and SAML metadata are not fetched',
  CreateManagedLoginBranding: 'pages have the style of the emulator',
  CreateTerms: 'no page shows the links',
  AdminListUserSessions: 'as `ListUserSessions`',
  CreateUserPoolClient: 'analytics',
  CreateUserPoolDomain: "every domain's endpoints have the emulator's own address",
  GetSigningCertificate: 'nothing is signed with its key',
  CreateUserImportJob:
    'files of at most 5 MB; no logs are written, the `CompletionMessage` names the first refused line',
  ListUserSessions: 'addresses, places and devices are not recorded',
  SetUserPoolClientSessionConfiguration: 'pages keep no sessions',
  SetLogDeliveryConfiguration: 'no logs are delivered',
  SetRiskConfiguration: 'no request is rated',
  SetUICustomization: 'pages have the style of the emulator; the image is served at its `ImageUrl`',
  UpdateIdentityProvider: 'as `CreateIdentityProvider`',
  UpdateManagedLoginBranding: 'as `CreateManagedLoginBranding`',
  UpdateUserPoolClient: 'as `CreateUserPoolClient`',
  UpdateUserPoolDomain: 'as `CreateUserPoolDomain`',
  UpdateTerms: 'as `CreateTerms`',
};
