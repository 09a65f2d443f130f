import type { Logger } from 'pino';
import { api } from './cognito/operations.js';
import type { Run } from './cognito/service.js';
import { startCognito } from './cognito/server.js';
import { seed, type SeededPool } from './seed.js';
import { StartError } from '../platform/config/start-error.js';

export { writeProfile, type Profile } from './profile.js';

/** A local pool, its client, and where its keys are. */
export interface LocalPool {
  userPoolId: string;
  clientId: string;
  clientSecret: string;
  issuer: string;
  jwksUri: string;
  /** A client that signs in with client credentials. */
  machine?: { clientId: string; clientSecret: string; scopes: string[] };
}

export interface LocalCloud {
  region: string;
  cognitoEndpoint: string;
  pools: Record<string, LocalPool>;
  close: () => Promise<void>;
}

export interface LocalOptions {
  /** Where users and keys are kept, LOCAL_DIR. */
  dir: string;
  /** LOCAL_COGNITO_PORT; 0 for a free one. */
  cognitoPort: number;
  env: NodeJS.ProcessEnv;
  log: Logger;
}

const REGION = 'us-east-1';

/** Starts what stands in for AWS on a laptop, and seeds it. Throws StartError with what to do, in Lambda always. */
export async function startLocal({ dir, cognitoPort, env, log }: LocalOptions): Promise<LocalCloud> {
  refuseLambda(env);
  const cognito = await startCognito({ dir, port: cognitoPort, region: REGION, log });
  try {
    const seeded = Object.entries(await seed(cognito.run, dir));
    const pools = await Promise.all(
      seeded.map(async ([name, pool]) => [name, await localPool(cognito.run, cognito.endpoint, pool)] as const),
    );
    const { endpoint: cognitoEndpoint, close } = cognito;
    return { region: REGION, cognitoEndpoint, pools: Object.fromEntries(pools), close };
  } catch (error) {
    await cognito.close();
    throw error;
  }
}

function refuseLambda(env: NodeJS.ProcessEnv): void {
  if (env['AWS_LAMBDA_FUNCTION_NAME'] === undefined && env['AWS_LAMBDA_RUNTIME_API'] === undefined) return;
  throw new StartError(
    'The local stand-ins never start inside Lambda: set COGNITO_POOLS to the pools of Amazon Cognito.',
  );
}

async function localPool(run: Run, endpoint: string, seeded: SeededPool): Promise<LocalPool> {
  const { userPoolId, clientId, machineClientId } = seeded;
  const issuer = `${endpoint}/${userPoolId}`;
  const { clientSecret } = await describeClient(run, userPoolId, clientId);
  const pool = { userPoolId, clientId, clientSecret, issuer, jwksUri: `${issuer}/.well-known/jwks.json` };
  if (machineClientId === undefined) return pool;
  return {
    ...pool,
    machine: { clientId: machineClientId, ...(await describeClient(run, userPoolId, machineClientId)) },
  };
}

async function describeClient(run: Run, UserPoolId: string, ClientId: string) {
  const { UserPoolClient } = await run(api.DescribeUserPoolClient, { UserPoolId, ClientId });
  return { clientSecret: UserPoolClient.ClientSecret ?? '', scopes: UserPoolClient.AllowedOAuthScopes };
}
