import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';

/** The pool that people move from, and a client of it without a secret that allows ALLOW_ADMIN_USER_PASSWORD_AUTH. */
export interface PreviousPool {
  readonly userPoolId: string;
  readonly clientId: string;
}

/** Challenges that come once the password was right. */
const PROVED = new Set(['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA', 'SELECT_MFA_TYPE', 'MFA_SETUP']);

/** Asks that pool, by credentials that may sign in its users and read them. `connection` is the SDK's own by default. */
export function openPreviousPool(
  { userPoolId: UserPoolId, clientId: ClientId }: PreviousPool,
  connection: CognitoIdentityProviderClientConfig = {},
) {
  const client = new CognitoIdentityProviderClient({ region: UserPoolId.split('_', 1).join(''), ...connection });
  return {
    /** Throws for a wrong password, and for a temporary one. */
    async checkPassword(username: string, password: string): Promise<void> {
      const AuthParameters = { USERNAME: username, PASSWORD: password };
      const { AuthenticationResult, ChallengeName = '' } = await client.send(
        new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters }),
      );
      if (!AuthenticationResult && !PROVED.has(ChallengeName))
        throw new Error(`The previous pool asks for ${ChallengeName}, which can't be moved`);
    },

    /** The user's name, which need not be the one that was typed, and attributes. Throws UserNotFoundException. */
    async readUser(typed: string): Promise<{ username: string; attributes: Map<string, string> }> {
      const { Username: username = '', UserAttributes = [] } = await client.send(
        new AdminGetUserCommand({ UserPoolId, Username: typed }),
      );
      return { username, attributes: new Map(UserAttributes.map(({ Name = '', Value = '' }) => [Name, Value])) };
    },
  };
}
