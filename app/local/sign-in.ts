import type { Credentials } from '../platform/docs-page/schema.js';
import type { SignIn } from '../platform/docs-page/sign-in.js';
import { secretHash } from './cognito/sign-in/secret-hash.js';
import type { LocalCognito } from './start.js';

interface InitiateAuthResponse {
  AuthenticationResult?: { AccessToken: string };
  ChallengeName?: string;
  message?: string;
}

/** Signs people in at the local Cognito with the client's secret, as a confidential client does for its page. */
export function createSignIn({ cognitoEndpoint, pools }: Pick<LocalCognito, 'cognitoEndpoint' | 'pools'>): SignIn {
  return async ({ pool: name, username, password }: Credentials) => {
    const pool = Object.hasOwn(pools, name) ? pools[name] : undefined;
    if (pool === undefined) throw new Error(`There is no pool ${JSON.stringify(name)}.`);
    const hash = secretHash(pool.clientSecret, username, pool.clientId);
    const response = await fetch(cognitoEndpoint, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': 'AWSCognitoIdentityProviderService.InitiateAuth',
      },
      body: JSON.stringify({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: pool.clientId,
        AuthParameters: { USERNAME: username, PASSWORD: password, SECRET_HASH: hash },
      }),
    });
    const {
      AuthenticationResult: result,
      ChallengeName: challenge,
      message,
    } = (await response.json()) as InitiateAuthResponse;
    if (result) return result.AccessToken;
    throw new Error(challenge ? `Answer the challenge ${challenge} first, with the command's \`login\`.` : message);
  };
}
