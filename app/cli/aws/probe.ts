import { randomUUID } from 'node:crypto';
import { AwsRefusal } from './aws-failure.js';
import type { Cognito } from './cognito.js';
import type { ProfilePool } from '../state/profile.js';
import { secretHashParameter } from '../session/secret-hash.js';

/**
 * How Cognito refuses a sign-in of a user that nobody has: by that, it tells a wrong client secret, a flow that is off
 * and a client that is gone from a client that is sound, and asks for no AWS credentials. Throws `unreachable`.
 */
export async function refusalOfNobody({ sdk, client }: Cognito, pool: ProfilePool): Promise<AwsRefusal | undefined> {
  const nobody = `pizza-doctor-${randomUUID()}`;
  const AuthParameters = { USERNAME: nobody, PASSWORD: `${randomUUID()}A!`, ...secretHashParameter(pool, nobody) };
  const request = { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: pool.clientId, AuthParameters } as const;
  try {
    await client.send(new sdk.InitiateAuthCommand(request));
    return undefined;
  } catch (error) {
    if (error instanceof AwsRefusal) return error;
    throw error;
  }
}

export const isSecretRefused = (refusal: AwsRefusal | undefined) =>
  refusal?.reason === 'NotAuthorizedException' && /secret/i.test(refusal.said);
