/** What administrators add to a pool; each member is absent until it is set for the first time. */
export interface PoolAdministration {
  /** Ids, the newest last. */
  deletedClients?: string[];
  /** By name. */
  providers?: Map<string, IdentityProvider>;
  /** By id. */
  brandings?: Map<string, Branding>;
  /** By id. */
  terms?: Map<string, Terms>;
  /** By client id, or ALL for clients without their own. */
  uiCustomizations?: Map<string, UICustomization>;
  customDomain?: CustomDomain;
  /** By id, in the order of their creation. */
  importJobs?: Map<string, ImportJob>;
  /** By client id, or ALL for clients without their own. */
  riskConfigurations?: Map<string, RiskConfiguration>;
  /** The log configurations, as JSON. */
  logDelivery?: string;
  signingCertificate?: { certificate: string; createdAt: number };
  sessionTracking?: { enabled: boolean; maxPerUser: number };
  /** By client id: for how long its pages use a session again. */
  ssoMinutes?: Map<string, number>;
}

export interface IdentityProvider {
  name: string;
  type: ProviderType;
  details: Map<string, string>;
  /** From the pool's attribute to the provider's. */
  attributeMapping: Map<string, string>;
  identifiers: string[];
  createdAt: number;
  modifiedAt: number;
}

export type ProviderType = 'SAML' | 'Facebook' | 'Google' | 'LoginWithAmazon' | 'SignInWithApple' | 'OIDC';

/** A style of managed login. */
export interface Branding {
  id: string;
  clientId: string;
  usesCognitoValues: boolean;
  /** A JSON document. */
  settings?: string;
  assets: BrandingAsset[];
  createdAt: number;
  modifiedAt: number;
}

/** As the API has it; Bytes in base64. */
export interface BrandingAsset {
  Category: string;
  ColorMode: string;
  Extension: string;
  Bytes?: string;
  ResourceId?: string;
}

export interface Terms {
  id: string;
  clientId: string;
  name: string;
  source: string;
  enforcement: string;
  /** From a language, such as `cognito:default`, to an address. */
  links: Map<string, string>;
  createdAt: number;
  modifiedAt: number;
}

export interface CustomDomain {
  name: string;
  config: { CertificateArn: string; SecurityPolicy?: string };
  managedLoginVersion: number;
}

export interface RiskConfiguration {
  /** As JSON. */
  configuration: string;
  modifiedAt: number;
}

export interface ImportJob {
  id: string;
  name: string;
  roleArn: string;
  /** The secret of its PreSignedUrl. */
  uploadKey: string;
  status: 'Created' | 'Pending' | 'InProgress' | 'Stopping' | 'Stopped' | 'Failed' | 'Succeeded';
  imported: number;
  skipped: number;
  failed: number;
  /** The uploaded file, until the job is done. */
  csv?: string;
  /** How it ended; before that, why the first user was refused. */
  message?: string;
  createdAt: number;
  startedAt?: number;
  completedAt?: number;
}

/** The style of the classic hosted UI. */
export interface UICustomization {
  css?: string;
  cssVersion?: string;
  /** Base64. */
  image?: string;
  createdAt: number;
  modifiedAt: number;
}
