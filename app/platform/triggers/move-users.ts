import type { CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import type { UserMigrationTriggerEvent } from 'aws-lambda';
import type { openPreviousPool, PreviousPool } from './previous-pool.js';
import type { TriggerEnvironment } from './trigger.js';

export interface MoveOptions {
  /** The custom attribute that keeps the user's `sub` of the previous pool, without `custom:`; by default none. */
  readonly previousSub?: string;
  /** To the previous pool; by default the SDK's own. */
  readonly connection?: CognitoIdentityProviderClientConfig;
}

/**
 * A `userMigration` trigger that takes users over from another pool, with name, attributes and the password that they
 * type. PREVIOUS_POOL says which: a PreviousPool as JSON. Throws for who has no such password there, or only a temporary
 * one. https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-import-using-lambda.html
 */
export function moveUsers({ previousSub, connection }: MoveOptions = {}) {
  let previous: ReturnType<typeof openPreviousPool> | undefined;

  return async (event: UserMigrationTriggerEvent, env: TriggerEnvironment): Promise<UserMigrationTriggerEvent> => {
    const { triggerSource, userName, request } = event;
    const pool = previousPoolIn(env);
    // Loaded with the first call: the SDK takes a while, and the local Cognito may never need it.
    previous ??= (await import('./previous-pool.js')).openPreviousPool(pool, connection);
    if (triggerSource === 'UserMigration_Authentication') await previous.checkPassword(userName, request.password);
    const { username, attributes } = await previous.readUser(userName);
    const sub = attributes.get('sub') ?? '';
    // Cognito's own: the new pool gives another one.
    for (const name of ['sub', 'identities']) attributes.delete(name);
    if (previousSub !== undefined) attributes.set(`custom:${previousSub}`, sub);
    // Who typed an alias keeps the user name; where addresses are the names, that is the sub.
    if (username !== userName && username !== sub) attributes.set('username', username);
    event.response.userAttributes = Object.fromEntries(attributes);
    event.response.finalUserStatus = 'CONFIRMED';
    event.response.messageAction = 'SUPPRESS';
    return event;
  };
}

function previousPoolIn({ PREVIOUS_POOL = '{}' }: TriggerEnvironment): PreviousPool {
  const { userPoolId, clientId } = JSON.parse(PREVIOUS_POOL) as Partial<PreviousPool>;
  if (userPoolId !== undefined && clientId !== undefined) return { userPoolId, clientId };
  throw new Error(
    'PREVIOUS_POOL is missing or incomplete: it looks like {"userPoolId":"eu-west-1_AbCdEfGhI","clientId":"1example23456789"}',
  );
}
