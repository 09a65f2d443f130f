import type { Context } from '../context.js';
import type { Client, Pool, User } from '../state/state.js';
import { statusOf } from '../users/user-status.js';
import { attributesInEvent } from './runner.js';

/**
 * What the trigger before a sign-up decides: whether the user is confirmed at once, and the attributes, with what it
 * verifies. Throws the runner's errors.
 */
export async function beforeSignUp(
  context: Context,
  pool: Pool,
  client: Client,
  username: string,
  attributes: ReadonlyMap<string, string>,
) {
  const occasion = { source: 'PreSignUp_SignUp', client, username };
  const request = { userAttributes: Object.fromEntries(attributes), validationData: null };
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
  await context.triggers.run(pool, 'postConfirmation', { source, client, username: user.username }, request, {});
}
