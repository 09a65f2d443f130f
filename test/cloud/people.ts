import { createHmac } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Emulator } from '../harness/emulated-aws.js';

const PASSWORD = 'Four-Cheese-Pizza-4';

/** One pool of the profile that Terraform hands to the `pizza` command. */
export interface ProfilePool {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly issuer: string;
  readonly jwksUri: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
}

/** The article's steps for one person: create, set a permanent password, sign in with the secret hash. */
export async function signUpAndIn(
  { client }: Emulator,
  { userPoolId: UserPoolId, clientId: ClientId, clientSecret }: ProfilePool,
  Username: string,
  groups: readonly string[] = [],
): Promise<Tokens> {
  const cognito = new CognitoIdentityProviderClient(client);
  await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword: `${PASSWORD}-for-now` }));
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }));
  for (const GroupName of groups) {
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
  }

  const SECRET_HASH = createHmac('sha256', clientSecret).update(`${Username}${ClientId}`).digest('base64');
  const { AuthenticationResult: result } = await cognito.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD, SECRET_HASH },
    }),
  );
  if (!result?.AccessToken || !result.IdToken) throw new Error(`${Username} could not sign in`);
  return { accessToken: result.AccessToken, idToken: result.IdToken };
}
