import { isIPv4 } from 'node:net';
import type { Logger } from 'pino';
import { StartError } from '../platform/config/start-error.js';
import type { MachineClient } from '../platform/contract/profile.js';
import { DOCS_CALLBACK_PATH } from '../platform/docs-page/callback-path.js';
import { issuerOf, type Context } from './cognito/context.js';
import { orUndefined } from './cognito/errors.js';
import { api } from './cognito/operations.js';
import type { Run } from './cognito/operation.js';
import { startCognito, type CognitoOptions } from './cognito/server.js';
import { poolNameOf } from './seed/pools.js';
import { seed } from './seed/seed.js';
import type { CompletePool, SeededPool } from './seed/seeded-file.js';
import type { Declaration, SeedChanges } from './seed/target.js';

const REGION = 'us-east-1';

/** A pool of the local Cognito, and the clients that people sign in through. */
export interface LocalPool {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The client without a secret. */
  readonly publicClientId: string;
  readonly issuer: string;
  readonly jwksUri: string;
  /** Where managed login and the OAuth endpoints are: one address for all pools. */
  readonly domainUrl: string;
}

/** A machine client, and the name of its pool. */
export interface LocalMachine extends MachineClient {
  readonly pool: string;
}

export interface LocalCognito {
  readonly region: string;
  /** Without a slash at the end. */
  readonly cognitoEndpoint: string;
  /** The file to trust for TLS at the same port, in NODE_EXTRA_CA_CERTS for instance. */
  readonly caFile?: string | undefined;
  /** By name. */
  readonly pools: Readonly<Record<string, LocalPool>>;
  /** By name, which is unique across pools. */
  readonly machines: Readonly<Record<string, LocalMachine>>;
  /** What the start seeded. */
  readonly changes: SeedChanges;
  readonly close: () => Promise<void>;
}

export interface LocalOptions extends Declaration, Pick<CognitoOptions, 'passwords' | 'newKey'> {
  /** LOCAL_DIR: users, keys, passwords of local users, profile. */
  dir: string;
  /** LOCAL_COGNITO_PORT; 0 for a free one. */
  cognitoPort: number;
  /** LOCAL_COGNITO_ISSUER. */
  cognitoIssuer?: 'local' | 'aws';
  /** Whether the local Cognito speaks TLS as well. */
  tls?: boolean | undefined;
  /** LOCAL_COGNITO_HOSTS. */
  cognitoHosts?: readonly string[] | undefined;
  /** The pages that may call the API may sign people in. */
  corsOrigins?: readonly string[] | undefined;
  /** Where the API listens, PORT, and with it the docs page; 3000 by default. */
  port?: number;
  /** Where the API listens, HOST. Anything but loopback is refused. */
  host: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** How long an attempt of a trigger may take, in milliseconds; Cognito's 5 s by default. */
  triggerTimeLimitMs?: number;
}

/**
 * Starts the local Cognito and seeds it with the declaration. Throws StartError in Lambda, in production and where HOST
 * is not loopback, since the passwords of local users are published, and whenever it can't start.
 */
export async function startLocal(options: LocalOptions): Promise<LocalCognito> {
  refuseUnlessLocal(options);
  const { product, cognitoIssuer: issuer = 'local', pools: declared } = options;
  const poolNames = new Map(Object.keys(declared).map((name) => [poolNameOf(product, name), name]));
  const poolName = (name: string) => poolNames.get(name) ?? name;
  const { run, endpoint, caFile, close } = await startCognito({
    ...options,
    issuer,
    poolName,
    region: REGION,
    port: options.cognitoPort,
    hosts: options.cognitoHosts,
    origins: options.corsOrigins,
    triggers: triggersOf(options),
  });
  try {
    const { pools: seededPools, changes } = await seed({ ...options, run, docsUrls: docsUrls(options.port) });
    const seeded = [...seededPools];
    const where = { endpoint, issuer };
    const pools = seeded.map(async ([name, pool]) => [name, await localPool(run, where, pool)] as const);
    const machines = seeded.flatMap(([name, pool]) =>
      pool.machines
        .filter((machine) => Object.hasOwn(options.pools[name]?.clients ?? {}, machine.name))
        .map(async ({ name: machine, clientId }) => {
          const local = await orUndefined(
            localMachine(run, endpoint, name, pool, clientId),
            'ResourceNotFoundException',
          );
          return local ? [[machine, local] as const] : [];
        }),
    );
    return {
      region: REGION,
      cognitoEndpoint: endpoint,
      caFile,
      pools: Object.fromEntries(await Promise.all(pools)),
      machines: Object.fromEntries((await Promise.all(machines)).flat()),
      changes,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The triggers with the PoolNames of the emulator. */
const triggersOf = ({ product, triggers = {}, triggerTimeLimitMs, env }: LocalOptions) => ({
  env,
  triggers: Object.entries(triggers).map(([name, trigger]) => ({
    name,
    trigger,
    poolName: poolNameOf(product, trigger.pool),
  })),
  ...(triggerTimeLimitMs !== undefined && { timeLimitMs: triggerTimeLimitMs }),
});

const DEFAULT_PORT = 3000;

/** Where the docs page's sign-in returns to, by both names of loopback; with a free port, as of tests, that of the default one. */
const docsUrls = (port = DEFAULT_PORT) =>
  ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${port || DEFAULT_PORT}${DOCS_CALLBACK_PATH}`);

const ELSEWHERE = 'Set COGNITO_POOLS to pools of Amazon Cognito';

function refuseUnlessLocal({ host, env }: LocalOptions): void {
  if (env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined || env['AWS_LAMBDA_RUNTIME_API'] !== undefined)
    throw new StartError(`The local Cognito never starts inside Lambda. ${ELSEWHERE}.`);
  if (env['NODE_ENV'] === 'production')
    throw new StartError(
      "NODE_ENV is production, and the passwords of the local Cognito's users are published. " +
        `${ELSEWHERE}, or, on your own machine, unset NODE_ENV.`,
    );
  if (!isLoopback(host))
    throw new StartError(
      `HOST is ${host}, where other machines reach the API, and the passwords of the local Cognito's users are published. ` +
        `${ELSEWHERE}, or HOST to 127.0.0.1.`,
    );
}

const isLoopback = (host: string) =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

type Where = Pick<Context, 'endpoint' | 'issuer'>;

async function localPool(run: Run, where: Where, seeded: CompletePool): Promise<LocalPool> {
  const { userPoolId, clientId, publicClientId } = seeded;
  const { clientSecret } = await describeClient(run, userPoolId, clientId);
  const issuer = issuerOf(where, { id: userPoolId });
  const jwksUri = `${where.endpoint}/${userPoolId}/.well-known/jwks.json`;
  return { userPoolId, clientId, clientSecret, publicClientId, issuer, jwksUri, domainUrl: where.endpoint };
}

async function localMachine(
  run: Run,
  endpoint: string,
  pool: string,
  { userPoolId }: SeededPool,
  clientId: string,
): Promise<LocalMachine> {
  const { clientSecret, scopes } = await describeClient(run, userPoolId, clientId);
  return { pool, clientId, clientSecret, tokenUrl: `${endpoint}/oauth2/token`, scopes };
}

async function describeClient(run: Run, UserPoolId: string, ClientId: string) {
  const { UserPoolClient } = await run(api.DescribeUserPoolClient, { UserPoolId, ClientId });
  return { clientSecret: UserPoolClient.ClientSecret ?? '', scopes: UserPoolClient.AllowedOAuthScopes };
}
