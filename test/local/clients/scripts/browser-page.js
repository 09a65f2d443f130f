// Runs in a browser, bundled with the AWS SDK that the product itself uses.
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';

/**
 * Signs in and lists the pools with the AWS SDK, and calls the API with each token.
 * @param {{ endpoint: string, apiUrl: string, clientId: string, username: string, password: string }} setup
 */
async function trySdk({ endpoint, apiUrl, clientId, username, password }) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = new CognitoIdentityProvider({ endpoint, region: 'us-east-1', credentials });
  const signIn = (/** @type {string} */ PASSWORD) =>
    sdk.initiateAuth({
      ClientId: clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD },
    });
  const { AuthenticationResult: { AccessToken, IdToken } = {} } = await signIn(password);
  const statuses = [AccessToken, IdToken].map(async (token) => {
    const response = await fetch(`${apiUrl}/me`, { headers: { authorization: `Bearer ${token}` } });
    return response.status;
  });
  return {
    username: (await sdk.getUser({ AccessToken })).Username,
    pools: (await sdk.listUserPools({ MaxResults: 60 })).UserPools?.map(({ Id }) => Id).sort(),
    wrongPassword: await signIn(`${password}x`).catch(({ name }) => name),
    api: await Promise.all(statuses),
  };
}

Object.assign(globalThis, { trySdk });
