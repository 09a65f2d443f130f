import type { PoolAdministration } from './administration.js';
import type { Client } from './client.js';
import type { AuthorizationCode, BrowserSession, Challenge, Session } from './sign-in.js';

export type { Client, ClientSecret, Lifetimes } from './client.js';
export type {
  AuthorizationCode,
  BrowserSession,
  Challenge,
  ChallengeName,
  ChallengeResult,
  CustomSignIn,
  Session,
} from './sign-in.js';

/** Everything that survives a restart. Times are milliseconds since 1970 unless a name says otherwise. */
export interface State {
  pools: Map<string, Pool>;
}

export interface Pool extends PoolAdministration {
  id: string;
  name: string;
  createdAt: number;
  modifiedAt: number;
  passwordPolicy: PasswordPolicy;
  /** Attributes whose value is accepted as user name. */
  aliases: Alias[];
  /** What the pool adds to the standard attributes, and what it changes about them. */
  schema: AttributeSchema[];
  /** In such a pool people sign in by these attributes, verified or not, and the user name is the sub. */
  usernameAttributes: Address[];
  caseSensitive: boolean;
  /** The other settings of the last request, as JSON. */
  settings: string;
  /** Cognito signs ID tokens and access tokens with different keys. */
  keys: { id: StoredKey; access: StoredKey };
  /** Absent where MFA is off and was never configured. */
  mfa?: PoolMfa;
  /** What USER_AUTH permits as first factor. */
  firstFactors: FirstFactor[];
  domain?: string;
  /** Of the domain's pages, which look the same here in either version; only to be described again. */
  managedLoginVersion?: number;
  clients: Map<string, Client>;
  /** By user name, in lower case unless the pool is case-sensitive. */
  users: Map<string, User>;
  groups: Map<string, Group>;
  resourceServers: Map<string, ResourceServer>;
  /** By event_id. A refresh token belongs to one. */
  sessions: Map<string, Session>;
  /** By the hash of the session string. */
  challenges: Map<string, Challenge>;
  /** Of managed login, by the code's hash; absent in files of an earlier version. */
  authorizationCodes?: Map<string, AuthorizationCode>;
  /** Of managed login, by the hash of the cookie's value; absent in files of an earlier version. */
  browserSessions?: Map<string, BrowserSession>;
}

export interface PoolMfa {
  configuration: 'OFF' | 'ON' | 'OPTIONAL';
  softwareToken: boolean;
  /** Present where codes by e-mail are a second factor. */
  email?: { Message?: string; Subject?: string };
}

/** PASSWORD stands for SRP as well. */
export type FirstFactor = 'PASSWORD' | 'EMAIL_OTP';

export type MfaFactor = 'SOFTWARE_TOKEN_MFA' | 'EMAIL_OTP';

export type Alias = 'preferred_username' | 'email' | 'phone_number';

/** The attributes that messages are sent to. */
export type Address = 'email' | 'phone_number';

export interface AttributeSchema {
  /** Custom ones with their prefix, `custom:NAME` or `dev:custom:NAME`. */
  name: string;
  type: 'String' | 'Number' | 'DateTime' | 'Boolean';
  mutable: boolean;
  required: boolean;
  /** Only administrators may write it. */
  developerOnly: boolean;
  /** Of a string's length, or of a number. */
  min?: number;
  max?: number;
}

export interface StoredKey {
  kid: string;
  /** PKCS #8, PEM. */
  privateKey: string;
}

export interface PasswordPolicy {
  MinimumLength: number;
  RequireUppercase: boolean;
  RequireLowercase: boolean;
  RequireNumbers: boolean;
  RequireSymbols: boolean;
  TemporaryPasswordValidityDays: number;
}

export interface User {
  sub: string;
  username: string;
  attributes: Map<string, string>;
  passwordHash: string;
  /** Absent for a password that an earlier version stored, until it is set again or checked once. */
  srp?: SrpVerifier;
  /** When a temporary password expires; absent once the user has a permanent one. */
  temporaryUntil?: number;
  /** UNCONFIRMED after a sign-up, RESET_REQUIRED after an administrator reset the password. */
  status?: 'UNCONFIRMED' | 'RESET_REQUIRED';
  /** The codes that were sent and are still unused. */
  codes?: Map<CodePurpose, Code>;
  /** Requests and wrong codes of the past hour, by what was tried. */
  limits?: Map<string, Limit>;
  enabled: boolean;
  groups: string[];
  createdAt: number;
  modifiedAt: number;
  attempts?: Attempts;
  /** Absent for a user who has set up no second factor. */
  mfa?: UserMfa;
  /** Wrong codes of the second factor since the last correct one. */
  mfaAttempts?: Attempts;
}

export interface UserMfa {
  enabled: MfaFactor[];
  preferred?: MfaFactor;
  /** The verified authenticator: its secret in base32, and the last 30-second step whose code was used. */
  totp?: { secret: string; lastStep: number; deviceName?: string };
  /** A secret that VerifySoftwareToken has yet to verify. */
  pendingSecret?: string;
}

/** Salt and verifier, base64url. */
export interface SrpVerifier {
  salt: string;
  verifier: string;
}

/** A code for the password or the sign-up, or for an attribute's new value. */
export type CodePurpose = 'signUp' | 'password' | Address;

export interface Code {
  /** In clear, as in the outbox. */
  value: string;
  expiresAt: number;
  /** Where it was sent. */
  attribute: Address;
  destination: string;
}

export interface Limit {
  count: number;
  /** When the count starts anew. */
  until: number;
}

/** Wrong passwords since the last correct one. */
export interface Attempts {
  failures: number;
  lockedUntil: number;
  lastAt: number;
}

export interface Group {
  name: string;
  description?: string;
  roleArn?: string;
  precedence?: number;
  createdAt: number;
  /** Absent in files of an earlier version. */
  modifiedAt?: number;
}

export interface ResourceServer {
  identifier: string;
  name: string;
  scopes: { name: string; description: string }[];
}
