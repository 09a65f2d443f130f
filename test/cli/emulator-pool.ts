import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { createApp, startEmulator, type Emulator } from '../local/emulator.js';
import { newPerson, type Person } from './environment.js';

/**
 * A local Cognito whose SDK tries again: while commands run, connections of this process become idle, and the server may
 * close one at the moment of its next use.
 */
export async function startRetriedEmulator(): Promise<Emulator> {
  const emulator = await startEmulator();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = new CognitoIdentityProvider({ endpoint: emulator.endpoint(), region: 'us-east-1', credentials });
  const stop = async () => {
    sdk.destroy();
    await emulator.stop();
  };
  return { ...emulator, sdk, stop };
}

/** A pool and a client with a secret on a local Cognito, and a person whose profile `local` they are. */
export async function newEmulatorPool(emulator: Emulator): Promise<Person & { userPoolId: string }> {
  const { UserPoolId: userPoolId, ClientId: clientId, clientSecret } = await createApp(emulator);
  const cognitoEndpoint = emulator.endpoint();
  const issuer = `${cognitoEndpoint}/${userPoolId}`;
  const customers = { userPoolId, clientId, clientSecret, issuer, jwksUri: `${issuer}/.well-known/jwks.json` };
  const profile = { apiUrl: cognitoEndpoint, cognitoEndpoint, region: 'us-east-1', pools: { customers } };
  const localDir = join(emulator.dir, 'local');
  await mkdir(localDir, { recursive: true, mode: 0o700 });
  await writeFile(join(localDir, 'profile.json'), JSON.stringify(profile), { mode: 0o600 });
  return { ...(await newPerson(emulator.dir, {})), userPoolId };
}
