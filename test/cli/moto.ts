import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProvider, type UserPoolMfaType } from '@aws-sdk/client-cognito-identity-provider';
import { startEmulator } from '../harness/emulated-aws.js';
import { describeWith } from '../harness/tools.js';
import { newPerson, type Person } from './environment.js';

export const REGION = 'us-east-1';
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const AWS_ENV = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: REGION };

/** Skipped where moto_server is not installed. */
export const describeWithMoto = describeWith('moto_server');

export interface Moto {
  dir: string;
  endpoint: string;
  /** An API that answers with the Authorization header of the request, and 401 without one. */
  apiUrl: string;
  stop(): Promise<void>;
}

export async function startMoto(): Promise<Moto> {
  const dir = await mkdtemp(join(tmpdir(), 'cli-moto-'));
  const emulator = await startEmulator();
  const api = createServer(({ headers: { authorization } }, response) => {
    response.writeHead(authorization ? 200 : 401).end(authorization);
  });
  await new Promise<void>((listening) => api.listen(0, '127.0.0.1', listening));
  return {
    dir,
    endpoint: emulator.url,
    apiUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    stop: async () => {
      api.closeAllConnections();
      api.close();
      await emulator.stop();
      await rm(dir, { recursive: true });
    },
  };
}

interface PoolOptions {
  /** Whether the pool takes or requires authenticator apps. */
  mfa?: UserPoolMfaType;
}

/** A pool and a client with a secret, and a person whose profile `local` they are. */
export async function newMotoPool(moto: Moto, { mfa = 'OFF' }: PoolOptions = {}): Promise<Person> {
  const sdk = new CognitoIdentityProvider({ endpoint: moto.endpoint, region: REGION, credentials });
  const { UserPool } = await sdk.createUserPool({ PoolName: 'people' });
  const userPoolId = UserPool?.Id ?? '';
  const SoftwareTokenMfaConfiguration = { Enabled: mfa !== 'OFF' };
  await sdk.setUserPoolMfaConfig({ UserPoolId: userPoolId, MfaConfiguration: mfa, SoftwareTokenMfaConfiguration });
  const { UserPoolClient } = await sdk.createUserPoolClient({
    UserPoolId: userPoolId,
    ClientName: 'people-client',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  sdk.destroy();
  const issuer = `https://cognito-idp.${REGION}.amazonaws.com/${userPoolId}`;
  const customers = {
    userPoolId,
    clientId: UserPoolClient?.ClientId,
    clientSecret: UserPoolClient?.ClientSecret,
    issuer,
    jwksUri: `${moto.endpoint}/${userPoolId}/.well-known/jwks.json`,
  };
  const profile = { apiUrl: moto.apiUrl, cognitoEndpoint: moto.endpoint, region: REGION, pools: { customers } };
  await mkdir(join(moto.dir, 'local'), { recursive: true, mode: 0o700 });
  await writeFile(join(moto.dir, 'local', 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
  return newPerson(moto.dir, AWS_ENV);
}
