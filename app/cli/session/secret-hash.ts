import { createHmac } from 'node:crypto';
import type { ClientWithLiveSecret } from './client-secret.js';

/**
 * Base64(HMAC-SHA256(client secret, user name + client id)).
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 */
export function secretHash(clientSecret: string, username: string, clientId: string): string {
  return createHmac('sha256', clientSecret).update(`${username}${clientId}`).digest('base64');
}

/** The hash as an authentication parameter, for a client that has a secret. */
export function secretHashParameter(client: ClientWithLiveSecret, username: string) {
  return client.clientSecret ? { SECRET_HASH: secretHash(client.clientSecret, username, client.clientId) } : {};
}
