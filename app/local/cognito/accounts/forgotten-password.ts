import { clientById, poolOf, type Context } from '../context.js';
import { CognitoError, invalidParameter, notAuthorized } from '../errors.js';
import * as fields from '../input/fields.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import { checkSecretHash } from '../sign-in/secret-hash.js';
import type { Address, Client, Pool, User } from '../state/state.js';
import { afterConfirmation } from '../triggers/sign-up-triggers.js';
import { findUser, userOf } from '../users/directory.js';
import { migrateUser } from '../users/migration.js';
import { checkPolicy } from '../users/passwords.js';
import { setPassword, statusOf, verifiedAddress } from '../users/user.js';
import { appRequest } from './app-request.js';
import { codeMismatch, sendCode, useCode } from './codes.js';
import { checkHidden, countHiddenAttempt, simulatedDelivery } from './hidden-users.js';
import { countAttempt } from './limits.js';
import { recoveryAddresses } from './settings.js';

const REQUEST = 'request:password';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html */
export const forgottenPasswordOperations = {
  ForgotPassword: writes(appRequest, async (context, { ClientId, SecretHash, Username }) => {
    const { pool, client } = clientById(context, ClientId);
    checkSecretHash(client, Username, SecretHash);
    if (recoveryAddresses(pool).length === 0) throw notAuthorized('Contact administrator to reset password.');
    const user = findUser(pool, Username) ?? (await migrated(context, pool, client, Username));
    const isDisclosed = user && (!client.hideUserExistence || (user.enabled && recoveryAddress(pool, user)));
    if (!isDisclosed) {
      checkHidden(client);
      return { CodeDeliveryDetails: simulatedDelivery(context, pool, Username, REQUEST) };
    }
    if (!user.enabled) throw notAuthorized('User is disabled.');
    checkResettable(user);
    countAttempt(context, user, REQUEST);
    return { CodeDeliveryDetails: await sendPasswordCode(context, pool, user, client) };
  }),

  ConfirmForgotPassword: writes(
    { ...appRequest, ConfirmationCode: required(fields.code), Password: required(fields.password) },
    async (context, { ClientId, SecretHash, Username, ConfirmationCode, Password }) => {
      const { pool, client } = clientById(context, ClientId);
      checkSecretHash(client, Username, SecretHash);
      checkPolicy(pool.passwordPolicy, Password);
      // Before the user is looked up: the time must not disclose whether there is one.
      const password = await context.passwords.hash(Password);
      const user = findUser(pool, Username);
      if (!user || (client.hideUserExistence && !user.enabled)) {
        checkHidden(client);
        countHiddenAttempt(context, pool, Username, 'code:password');
        throw codeMismatch();
      }
      if (!user.enabled) throw notAuthorized('User is disabled.');
      useCode(context, user, { purpose: 'password', given: ConfirmationCode }, () =>
        setPassword(context, pool, user, password, true),
      );
      delete user.attempts;
      await afterConfirmation(context, pool, client, user, 'PostConfirmation_ConfirmForgotPassword');
      return {};
    },
  ),

  AdminResetUserPassword: writes(
    { UserPoolId: fields.poolId, Username: fields.username, ClientMetadata: fields.clientMetadata },
    async (context, { UserPoolId, Username }) => {
      const pool = poolOf(context, UserPoolId);
      const user = userOf(pool, Username);
      checkResettable(user);
      await sendPasswordCode(context, pool, user);
      user.status = 'RESET_REQUIRED';
      user.modifiedAt = context.now();
      return {};
    },
  ),
};

/** Throws NotAuthorizedException for a user who has never had a password of their own. */
function checkResettable(user: User): void {
  if (statusOf(user) === 'FORCE_CHANGE_PASSWORD')
    throw notAuthorized('User password cannot be reset in the current state.');
}

/** The user whom the pool's trigger knows by that name; undefined where it has no trigger, or the trigger refuses. */
async function migrated(context: Context, pool: Pool, client: Client, username: string): Promise<User | undefined> {
  if (!context.triggers.has(pool, 'userMigration')) return undefined;
  return migrateUser(context, pool, client, { username }).catch((error: unknown) => {
    if (error instanceof CognitoError) return undefined;
    throw error;
  });
}

/** Throws InvalidParameterException for a user without a verified address. */
async function sendPasswordCode(context: Context, pool: Pool, user: User, client?: Client) {
  const address = recoveryAddress(pool, user);
  if (!address)
    throw invalidParameter(
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
  return sendCode(context, pool, user, {
    purpose: 'password',
    kind: 'ForgotPassword',
    ...address,
    ...(client && { client }),
  });
}

/** The verified address that the pool prefers. */
function recoveryAddress(pool: Pool, user: User): { attribute: Address; destination: string } | undefined {
  for (const attribute of recoveryAddresses(pool)) {
    const destination = verifiedAddress(user, attribute);
    if (destination !== undefined) return { attribute, destination };
  }
  return undefined;
}
