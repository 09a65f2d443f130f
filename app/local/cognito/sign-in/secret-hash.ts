import { createHmac, timingSafeEqual } from 'node:crypto';
import { notAuthorized } from '../errors.js';
import type { Client } from '../state/state.js';

/**
 * Base64(HMAC-SHA256(client secret, user name + client id)).
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 */
export function secretHash(secret: string, username: string, clientId: string): string {
  return createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');
}

/** Required from every client with a secret; any of its secrets is accepted. Throws NotAuthorizedException. */
export function checkSecretHash(client: Client, username: string, given: string | undefined): void {
  if (client.secrets.length === 0 && given === undefined) return;
  if (given === undefined)
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  const matches = client.secrets.map(({ value }) => equal(given, secretHash(value, username, client.id)));
  if (!matches.includes(true)) throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
}

/** Whether `given` is one of the client's secrets, or absent where the client has none. */
export function isSecretOf(client: Client, given: string | undefined): boolean {
  if (client.secrets.length === 0 || given === undefined) return client.secrets.length === 0 && given === undefined;
  return client.secrets.map(({ value }) => equal(given, value)).includes(true);
}

/** Compares in a time that depends on the lengths only. */
function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
