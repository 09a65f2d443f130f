import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import type { Machines, Profile, ProfilePool } from '../../app/platform/contract/profile.js';
import { PASSWORD } from './seed/declaration.js';
import { claimsOf, connect, secretHash } from './emulator.js';

/** What runs, as `startLocal` or its profile describes it. */
type Running = Pick<Profile, 'cognitoEndpoint' | 'pools'>;

export function poolOf<Pool extends ProfilePool>(
  { pools }: { pools: Readonly<Record<string, Pool>> },
  name: string,
): Pool {
  const pool = pools[name];
  if (!pool) throw new Error(`There is no pool ${name}.`);
  return pool;
}

/** Signs in with the AWS SDK, through the people's client of the pool. */
export async function signIn(
  local: Running,
  poolName: string,
  username: string,
  password = PASSWORD,
): Promise<AuthenticationResultType | undefined> {
  const pool = poolOf(local, poolName);
  const sdk = connect(local.cognitoEndpoint);
  const SECRET_HASH = secretHash(pool.clientSecret ?? '', username, pool.clientId);
  const { AuthenticationResult } = await sdk
    .initiateAuth({
      ClientId: pool.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password, SECRET_HASH },
    })
    .finally(() => sdk.destroy());
  return AuthenticationResult;
}

/** The groups in the access token of a local user. */
export const groupsOf = async (local: Running, pool: string, username: string) =>
  claimsOf((await signIn(local, pool, username))?.AccessToken)['cognito:groups'];

/** The access token that client credentials give the machine, with all of its scopes. */
export async function machineToken({ machines }: { machines: Machines }, name: string): Promise<string | undefined> {
  const { tokenUrl = '', clientId = '', clientSecret = '' } = machines[name] ?? {};
  const response = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  const { access_token } = (await response.json()) as { access_token?: string };
  return access_token;
}
