/** A user pool and the client that people sign in through. */
export interface ProfilePool {
  readonly userPoolId: string;
  readonly clientId: string;
  /** Absent or null for a client without a secret. */
  readonly clientSecret?: string | null;
  /** Which of a client's secrets that is; known once the command has rotated it. */
  readonly clientSecretId?: string;
  /** Where Secrets Manager has the client's secret, from its first rotation on. */
  readonly clientSecretArn?: string;
  /** The client without a secret. */
  readonly publicClientId?: string;
  readonly issuer: string;
  readonly jwksUri: string;
  /** Where managed login and the OAuth endpoints are, without a slash at the end; absent for a pool without a domain. */
  readonly domainUrl?: string;
}

/** What a person needs in order to sign in and call: `profile.json` of `npm start`, and Terraform's output `profile`. */
export interface Profile {
  readonly apiUrl: string;
  readonly cognitoEndpoint: string;
  readonly region: string;
  /** The HTTP API behind `apiUrl`, where its name doesn't say so. */
  readonly apiId?: string;
  readonly functionName?: string;
  readonly pools: Readonly<Record<string, ProfilePool>>;
}

/** A client that signs in with client credentials. */
export interface MachineClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Which of the client's secrets that is; known once the command has rotated it. */
  readonly clientSecretId?: string;
  /** Where Secrets Manager has the client's secret, from its first rotation on. */
  readonly clientSecretArn?: string;
  readonly tokenUrl: string;
  /** In full, `RESOURCE_SERVER/NAME`. */
  readonly scopes: readonly string[];
}

/** `machines.json` of `npm start`, and Terraform's output `machines`: clients by name. No person's profile holds them. */
export type Machines = Readonly<Record<string, MachineClient>>;

/** The content of `table.json`, beside the local profile: where `npm start` has its local DynamoDB, for the command. */
export interface LocalTable {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
}
