import { randomUUID } from 'node:crypto';
import type { ClientWithLiveSecret } from '../session/client-secret.js';
import { secretHashParameter } from '../session/secret-hash.js';
import { AwsError, hasAwsCode } from './aws-error.js';
import type { Cognito } from './clients.js';

/**
 * How Cognito refuses the sign-in of a user that does not exist. The error tells a wrong client secret, a flow that is off
 * and a missing client from a client that is fine, and takes no AWS credentials. Throws `unreachable`.
 */
export async function probeSignIn({ sdk, client }: Cognito, pool: ClientWithLiveSecret): Promise<AwsError | undefined> {
  const user = `doctor-${randomUUID()}`;
  const AuthParameters = { USERNAME: user, PASSWORD: `${randomUUID()}A!`, ...secretHashParameter(pool, user) };
  const request = { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: pool.clientId, AuthParameters } as const;
  try {
    await client.send(new sdk.InitiateAuthCommand(request));
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

export function isSecretRefused(error: AwsError | undefined): boolean {
  return hasAwsCode(error, 'NotAuthorizedException') && /secret/i.test(error.awsMessage);
}
