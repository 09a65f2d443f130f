import { createHmac } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';

const PASSWORD = 'Emulated-Passw0rd-4';

/** What a person gets by signing in. */
export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
}

/** Creates a person in the pool with a permanent password, adds them to groups, and signs in with the secret hash. */
export async function signUpAndIn(
  cloud: Cloud,
  pool: string,
  Username: string,
  groups: readonly string[] = [],
): Promise<Tokens> {
  const { emulator, outputs } = cloud;
  const { userPoolId: UserPoolId } = known(outputs.profile.value.pools[pool]);
  const cognito = new CognitoIdentityProviderClient(emulator.client);
  await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword: `${PASSWORD}-for-now` }));
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }));
  for (const GroupName of groups) {
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
  }
  return signInAgain(cloud, pool, Username);
}

/** Signs somebody in whom `signUpAndIn` created. */
export async function signInAgain({ emulator, outputs }: Cloud, pool: string, Username: string): Promise<Tokens> {
  const { clientId: ClientId, clientSecret } = known(outputs.profile.value.pools[pool]);
  const cognito = new CognitoIdentityProviderClient(emulator.client);
  const SECRET_HASH = createHmac('sha256', clientSecret ?? '')
    .update(`${Username}${ClientId}`)
    .digest('base64');
  const { AuthenticationResult: result } = await cognito.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD, SECRET_HASH },
    }),
  );
  const { AccessToken: accessToken, IdToken: idToken, RefreshToken: refreshToken } = result ?? {};
  if (!accessToken || !idToken || !refreshToken) throw new Error(`${Username} could not sign in`);
  return { accessToken, idToken, refreshToken };
}
