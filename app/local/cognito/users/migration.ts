import * as z from 'zod/mini';
import { deliver } from '../accounts/delivery.js';
import { readAttributes } from '../attributes/values.js';
import type { Context } from '../context.js';
import { CognitoError } from '../errors.js';
import type { Client, Pool, User } from '../state/state.js';
import { invitationAddress } from './admin-create-user.js';
import { randomPassword } from './passwords.js';
import { newUser } from './user.js';

const responseSchema = z.object({
  userAttributes: z.record(z.string(), z.string()),
  finalUserStatus: z.nullish(z.enum(['CONFIRMED', 'RESET_REQUIRED'])),
  messageAction: z.nullish(z.enum(['SUPPRESS', 'RESEND'])),
  desiredDeliveryMediums: z.nullish(z.array(z.enum(['SMS', 'EMAIL']))),
  forceAliasCreation: z.nullish(z.boolean()),
  enableSMSMFA: z.nullish(z.literal(false)),
});
const UNSET = {
  userAttributes: null,
  forceAliasCreation: null,
  finalUserStatus: null,
  messageAction: null,
  desiredDeliveryMediums: null,
  enableSMSMFA: null,
};

interface Newcomer {
  /** As typed; the trigger may name another one by the attribute `username`. */
  username: string;
  /** Kept whatever the pool's policy says; absent where it was forgotten. */
  password?: string;
}

/**
 * The user whom the pool's trigger takes over from elsewhere. Throws a CognitoError where it refuses, or the pool can't
 * hold what it responds; the log says why.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
export async function migrateUser(
  context: Context,
  pool: Pool,
  client: Client,
  { username, password }: Newcomer,
): Promise<User> {
  const { clientMetadata, validationData = null } = context;
  const source = password === undefined ? 'UserMigration_ForgotPassword' : 'UserMigration_Authentication';
  const occasion = { source, client, username, clientMetadata };
  const given = await context.triggers.run(pool, 'userMigration', occasion, { password, validationData }, UNSET);
  const { data } = responseSchema.safeParse(given);
  const { username: name = username, ...pairs } = data?.userAttributes ?? {};
  if (!data || Object.keys(pairs).length === 0)
    throw context.triggers.invalidResponse(pool, 'userMigration', 'userAttributes is missing, or a member is invalid');
  const hashed = await context.passwords.hash(password ?? randomPassword(pool.passwordPolicy));
  try {
    const attributes = readAttributes(
      pool,
      Object.entries(pairs).map(([Name, Value]) => ({ Name, Value })),
    );
    const newcomer = { name, attributes, password: hashed, takesAliases: data.forceAliasCreation === true };
    const user = newUser(context, pool, newcomer, 'User already exists');
    if (data.finalUserStatus === 'RESET_REQUIRED' || password === undefined) user.status = 'RESET_REQUIRED';
    if (data.messageAction !== 'SUPPRESS') await welcome(context, pool, user, data.desiredDeliveryMediums ?? []);
    return user;
  } catch (error) {
    if (error instanceof CognitoError) context.triggers.warn(pool, 'userMigration', error.message);
    throw error;
  }
}

/** Without a password: the user has just typed it. */
const welcome = (context: Context, pool: Pool, user: User, mediums: readonly ('SMS' | 'EMAIL')[]) =>
  deliver(context, pool, user, { kind: 'AdminCreateUser', code: '', to: invitationAddress(user, mediums) });
