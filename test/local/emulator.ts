import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  CognitoIdentityProvider,
  type CognitoIdentityProviderClientConfig,
  type CreateUserPoolClientRequest,
  type CreateUserPoolRequest,
  type InitiateAuthCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import pino from 'pino';
import { startCognito, type CognitoOptions, type CognitoServer } from '../../app/local/cognito/server.js';
import { fastCrypto } from './fast-crypto.js';

export const PASSWORD = 'Passw0rd!';

/** A running local Cognito, with its own directory and clock, and the AWS SDK as its client. */
export interface Emulator {
  dir: string;
  sdk: CognitoIdentityProvider;
  endpoint: () => string;
  /** The emulator's time, in milliseconds since 1970. */
  now(): number;
  /** Advances the emulator's clock, which otherwise stands still. */
  pass(time: { seconds?: number; minutes?: number; days?: number }): void;
  /** Makes the next `count` password comparisons run at the same time. */
  gather(count: number): void;
  /** Stops it and starts it again on the same port and directory. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The plain object that `create` resolves to; its members are there once the file's tests begin. */
export function beforeTests<T extends object>(create: () => Promise<T>): T {
  const created = {} as T;
  beforeAll(async () => void Object.assign(created, await create()));
  return created;
}

/** One emulator for all the tests of a file. */
export function useEmulator(addresses?: Addresses): Emulator {
  const emulator = beforeTests(() => startEmulator(addresses));
  afterAll(() => emulator.stop());
  return emulator;
}

type Addresses = Pick<CognitoOptions, 'issuer' | 'hosts' | 'origins' | 'tls' | 'triggers'> & {
  log?: CognitoOptions['log'];
};

export async function startEmulator(addresses: Addresses = {}): Promise<Emulator> {
  const dir = await mkdtemp(join(tmpdir(), 'emulator-'));
  let now = Date.now();
  let awaited = 0;
  let waiting: (() => void)[] = [];
  const comparison = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length < awaited) return;
      for (const proceed of waiting) proceed();
      [awaited, waiting] = [0, []];
    });
  const { passwords, newKey } = fastCrypto();
  const start = (port: number) =>
    startCognito({
      log: pino({ level: 'silent' }),
      ...addresses,
      dir,
      port,
      region: 'us-east-1',
      now: () => now,
      newKey,
      passwords: {
        ...passwords,
        matches: (password, stored) => comparison().then(() => passwords.matches(password, stored)),
      },
    });
  let server: CognitoServer = await start(0);
  const sdk = connect(server.endpoint);
  return {
    dir,
    sdk,
    endpoint: () => server.endpoint,
    now: () => now,
    pass: ({ seconds = 0, minutes = 0, days = 0 }) => {
      now += ((days * 24 * 60 + minutes) * 60 + seconds) * 1000;
    },
    gather: (count) => {
      awaited = count;
    },
    restart: async () => {
      await server.close();
      server = await start(Number(new URL(server.endpoint).port));
    },
    stop: async () => {
      sdk.destroy();
      await server.close();
      await rm(dir, { recursive: true });
    },
  };
}

export const connect = (endpoint: string, options: CognitoIdentityProviderClientConfig = {}) =>
  new CognitoIdentityProvider({
    maxAttempts: 1,
    ...options,
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** A pool with a client, and the requests of its users. */
export interface App {
  sdk: CognitoIdentityProvider;
  UserPoolId: string;
  ClientId: string;
  clientSecret: string;
  hash: (username: string) => string;
  signIn: (username: string, password?: string) => Promise<InitiateAuthCommandOutput>;
  refresh: (refreshToken: string | undefined, username: string) => Promise<InitiateAuthCommandOutput>;
  /** Adds a user with the permanent password PASSWORD; resolves to the user name. */
  addUser: (attributes?: Record<string, string>) => Promise<string>;
}

export async function createApp(
  { sdk }: Pick<Emulator, 'sdk'>,
  pool: Partial<CreateUserPoolRequest> = {},
  client: Partial<CreateUserPoolClientRequest> = {},
): Promise<App> {
  const { UserPool } = await sdk.createUserPool({
    PoolName: 'people',
    Policies: {
      PasswordPolicy: { MinimumLength: 8, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true },
    },
    ...pool,
  });
  return createClient(sdk, UserPool?.Id ?? '', client);
}

export async function createClient(
  sdk: CognitoIdentityProvider,
  UserPoolId: string,
  settings: Partial<CreateUserPoolClientRequest> = {},
): Promise<App> {
  const { UserPoolClient } = await sdk.createUserPoolClient({
    UserPoolId,
    ClientName: 'app',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
    ...settings,
  });
  const { ClientId = '', ClientSecret: clientSecret = '' } = UserPoolClient ?? {};
  const hash = (username: string) => secretHash(clientSecret, username, ClientId);
  const proof = (username: string) => (clientSecret === '' ? {} : { SECRET_HASH: hash(username) });
  return {
    sdk,
    UserPoolId,
    ClientId,
    clientSecret,
    hash,
    signIn: (username, password = PASSWORD) =>
      sdk.initiateAuth({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD: password, ...proof(username) },
      }),
    refresh: (refreshToken = '', username) =>
      sdk.initiateAuth({
        ClientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: refreshToken, ...proof(username) },
      }),
    addUser: async (attributes = {}) => {
      const Username = `user-${randomUUID()}`;
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
      await sdk.adminCreateUser({ UserPoolId, Username, UserAttributes });
      await sdk.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true });
      return Username;
    },
  };
}

export const secretHash = (secret: string, username: string, clientId: string) =>
  createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');

/** Expects AWS's exception of that name, its message containing `message`. */
export async function expectRefusal(work: Promise<unknown>, name: string, message = '') {
  await expect(work).rejects.toMatchObject({ name, message: expect.stringContaining(message) as unknown });
}

/** The claims of a token, unverified. */
export function claimsOf(token: string | undefined): Record<string, unknown> {
  const claims: Record<string, unknown> = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString());
  return claims;
}
