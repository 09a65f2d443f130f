import type { Context } from '../context.js';
import type { Client, Pool, User } from '../state/state.js';
import { statusOf } from '../users/user-status.js';
import { attributesInEvent } from './runner.js';

/**
 * What the trigger before a sign-up decides, or before an administrator creates a user, where there is no client: whether
 * the user is confirmed at once, and the attributes, with what it verifies. Throws the runner's errors.
 */
export async function beforeSignUp(
  context: Context,
  pool: Pool,
  client: Client | undefined,
  username: string,
  attributes: ReadonlyMap<string, string>,
) {
  const { clientMetadata, validationData = null } = context;
  const source = client ? 'PreSignUp_SignUp' : 'PreSignUp_AdminCreateUser';
  const occasion = { source, client, username, clientMetadata };
  const request = { userAttributes: Object.fromEntries(attributes), validationData };
  const unset = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false };
  const response = (await context.triggers.run(pool, 'preSignUp', occasion, request, unset)) ?? unset;
  const { autoConfirmUser = false, autoVerifyEmail = false, autoVerifyPhone = false } = response;
  if (![autoConfirmUser, autoVerifyEmail, autoVerifyPhone].every((flag) => typeof flag === 'boolean'))
    throw context.triggers.invalidResponse(pool, 'preSignUp');
  const verified = [
    ...(autoVerifyEmail === true && attributes.has('email') ? ['email'] : []),
    ...(autoVerifyPhone === true && attributes.has('phone_number') ? ['phone_number'] : []),
  ];
  return {
    isConfirmed: autoConfirmUser === true,
    attributes: new Map([...attributes, ...verified.map((name) => [`${name}_verified`, 'true'] as const)]),
  };
}

/** Runs the trigger after a confirmation, whose error comes when the user is confirmed already, as in Cognito. */
export async function afterConfirmation(
  context: Context,
  pool: Pool,
  client: Client | undefined,
  user: User,
  source = 'PostConfirmation_ConfirmSignUp',
): Promise<void> {
  const request = { userAttributes: attributesInEvent(user, statusOf(user)) };
  const occasion = { source, client, username: user.username, clientMetadata: context.clientMetadata };
  await context.triggers.run(pool, 'postConfirmation', occasion, request, {});
}
