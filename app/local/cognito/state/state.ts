/** Everything that survives a restart. Times are milliseconds since 1970 unless a name says otherwise. */
export interface State {
  pools: Map<string, Pool>;
}

export interface Pool {
  id: string;
  name: string;
  createdAt: number;
  modifiedAt: number;
  passwordPolicy: PasswordPolicy;
  /** Attributes whose value one may sign in with, beside the user name. */
  aliases: Alias[];
  customAttributes: string[];
  caseSensitive: boolean;
  /** Settings that change nothing on a laptop, as JSON: kept to be described again. */
  settings: string;
  /** Cognito signs ID tokens and access tokens with different keys. */
  keys: { id: StoredKey; access: StoredKey };
  domain?: string;
  clients: Map<string, Client>;
  /** By user name, in lower case unless the pool is case-sensitive. */
  users: Map<string, User>;
  groups: Map<string, Group>;
  resourceServers: Map<string, ResourceServer>;
  /** Sign-ins by event_id: what refresh tokens hang on. */
  sessions: Map<string, Session>;
  /** By the hash of the session string. */
  challenges: Map<string, Challenge>;
}

export type Alias = 'preferred_username' | 'email' | 'phone_number';

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

export interface Client {
  id: string;
  name: string;
  createdAt: number;
  modifiedAt: number;
  /** None for a public client, at most two. */
  secrets: ClientSecret[];
  flows: string[];
  lifetimes: Lifetimes;
  hideUserExistence: boolean;
  revocable: boolean;
  clientCredentials: boolean;
  /** How long a challenge may take to be answered. */
  challengeMinutes: number;
  scopes: string[];
  readAttributes?: string[];
  /** What was asked for at its creation, as JSON: kept to be described again. */
  settings: string;
}

export interface ClientSecret {
  id: string;
  value: string;
  createdAt: number;
}

/** How long tokens live, in seconds. */
export interface Lifetimes {
  access: number;
  id: number;
  refresh: number;
}

export interface User {
  sub: string;
  username: string;
  attributes: Map<string, string>;
  passwordHash: string;
  /** Until when a temporary password is good; absent once the user has one of their own. */
  temporaryUntil?: number;
  enabled: boolean;
  groups: string[];
  createdAt: number;
  modifiedAt: number;
  attempts?: Attempts;
}

/** Wrong passwords since the last right one. */
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
}

export interface ResourceServer {
  identifier: string;
  name: string;
  scopes: { name: string; description: string }[];
}

export interface Session {
  eventId: string;
  originJti: string;
  sub: string;
  clientId: string;
  refreshHash: string;
  authTimeSeconds: number;
  refreshUntil: number;
  /** When the last of its tokens has expired, and the session can be forgotten. */
  forgetAt: number;
  revoked: boolean;
}

export interface Challenge {
  sub: string;
  clientId: string;
  expiresAt: number;
}
