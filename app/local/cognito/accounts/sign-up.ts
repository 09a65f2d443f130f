import { checkWritable, missingAttributes, requiredMissing } from '../attributes/permissions.js';
import { readAttributes } from '../attributes/values.js';
import { clientById, poolOf, type Context } from '../context.js';
import { invalidParameter, notAuthorized } from '../errors.js';
import * as fields from '../input/fields.js';
import { flag, list } from '../input/members.js';
import { required } from '../input/shape.js';
import type { MessageKind } from '../outbox/outbox.js';
import { writes } from '../operation.js';
import { exchangeSignUpSession, openSignUpSession } from '../sign-in/after-sign-up.js';
import { checkSecretHash } from '../sign-in/secret-hash.js';
import type { Client, Pool, User } from '../state/state.js';
import { afterConfirmation, beforeSignUp } from '../triggers/sign-up-triggers.js';
import { findUser, userOf } from '../users/directory.js';
import { checkPolicy, randomPassword } from '../users/passwords.js';
import { newUser, statusOf } from '../users/user.js';
import { addressIn } from '../users/user-names.js';
import { appRequest } from './app-request.js';
import { verifyAddress } from './attribute-changes.js';
import { expiredCode, sendCode, useCode } from './codes.js';
import { checkHidden, countHiddenAttempt, simulatedDelivery } from './hidden-users.js';
import { countAttempt } from './limits.js';
import { allowsSignUp, verifiedByCode } from './settings.js';

const RESEND = 'request:signUp';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html */
export const signUpOperations = {
  /**
   * Unlike sign-in, it discloses that a user exists, as Cognito does. Without a password it is for pools that permit
   * codes by e-mail as first factor.
   */
  SignUp: writes(
    {
      ...appRequest,
      Password: fields.password,
      UserAttributes: list(required(fields.attribute)),
      ValidationData: fields.validationData,
    },
    async (context, { ClientId, SecretHash, Username: name, Password, UserAttributes = [] }) => {
      const { pool, client } = clientById(context, ClientId);
      checkSecretHash(client, name, SecretHash);
      if (!allowsSignUp(pool)) throw notAuthorized('SignUp is not permitted for this user pool');
      const attributes = readAttributes(pool, UserAttributes);
      checkWritable(pool, client, attributes.keys());
      checkComplete(pool, name, attributes);
      const password = await context.passwords.hash(passwordFor(pool, Password));
      const decision = await beforeSignUp(context, pool, client, name, attributes);
      const user = newUser(
        context,
        pool,
        { name, attributes: decision.attributes, password, status: 'UNCONFIRMED' as const },
        'User already exists',
      );
      if (decision.isConfirmed) {
        confirm(context, user);
        await afterConfirmation(context, pool, client, user);
        return { UserConfirmed: true, UserSub: user.sub };
      }
      return {
        UserConfirmed: false,
        UserSub: user.sub,
        Session: openSignUpSession(context, pool, client, user),
        CodeDeliveryDetails: await sendSignUpCode(context, pool, client, user, 'SignUp'),
      };
    },
  ),

  ConfirmSignUp: writes(
    {
      ...appRequest,
      ConfirmationCode: required(fields.code),
      ForceAliasCreation: flag,
      Session: fields.session,
    },
    async (context, { ClientId, SecretHash, Username, ConfirmationCode, ForceAliasCreation, Session }) => {
      const { pool, client } = clientById(context, ClientId);
      checkSecretHash(client, Username, SecretHash);
      const user = findUser(pool, Username);
      if (!user) {
        checkHidden(client);
        countHiddenAttempt(context, pool, Username, 'code:signUp');
        throw expiredCode();
      }
      checkUnconfirmed(user);
      const result = useCode(context, user, { purpose: 'signUp', given: ConfirmationCode }, (code) => {
        const next = Session && exchangeSignUpSession(context, pool, client, user, Session);
        // The code proves the address that it was sent to, which is an alias from now on.
        verifyAddress(pool, user, code, ForceAliasCreation);
        confirm(context, user);
        return { Session: next };
      });
      await afterConfirmation(context, pool, client, user);
      return result;
    },
  ),

  ResendConfirmationCode: writes(appRequest, async (context, { ClientId, SecretHash, Username }) => {
    const { pool, client } = clientById(context, ClientId);
    checkSecretHash(client, Username, SecretHash);
    const user = findUser(pool, Username);
    if (!user || (client.hideUserExistence && !user.enabled)) {
      checkHidden(client);
      return { CodeDeliveryDetails: simulatedDelivery(context, pool, Username, RESEND) };
    }
    if (!user.enabled) throw notAuthorized('User is disabled.');
    if (statusOf(user) !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
    countAttempt(context, user, RESEND);
    const CodeDeliveryDetails = await sendSignUpCode(context, pool, client, user, 'ResendCode');
    if (!CodeDeliveryDetails) throw invalidParameter('Auto verification not turned on.');
    return { CodeDeliveryDetails };
  }),

  AdminConfirmSignUp: writes(
    { UserPoolId: fields.poolId, Username: fields.username, ClientMetadata: fields.clientMetadata },
    async (context, { UserPoolId, Username }) => {
      const pool = poolOf(context, UserPoolId);
      const user = userOf(pool, Username);
      checkUnconfirmed(user);
      confirm(context, user);
      await afterConfirmation(context, pool, undefined, user);
      return {};
    },
  ),
};

/** The password, or one that nobody knows where the pool permits codes by e-mail. Throws InvalidPasswordException. */
function passwordFor(pool: Pool, given: string | undefined): string {
  if (given === undefined && pool.firstFactors.includes('EMAIL_OTP')) return randomPassword(pool.passwordPolicy);
  checkPolicy(pool.passwordPolicy, given ?? '');
  return given ?? '';
}

/** Throws InvalidParameterException while a required attribute is missing. The user name may be one of them. */
function checkComplete(pool: Pool, name: string, attributes: ReadonlyMap<string, string>): void {
  const address = addressIn(pool, name);
  const missing = missingAttributes(pool, attributes).filter((attribute) => attribute !== address);
  if (missing.length > 0) throw requiredMissing(missing);
}

/** Sends the code to the first attribute that the pool verifies and the user has, if there is one. */
async function sendSignUpCode(context: Context, pool: Pool, client: Client, user: User, kind: MessageKind) {
  const attribute = verifiedByCode(pool).find((name) => user.attributes.has(name));
  const destination = attribute && user.attributes.get(attribute);
  return destination && sendCode(context, pool, user, { purpose: 'signUp', kind, attribute, destination, client });
}

/** Throws NotAuthorizedException unless the sign-up still waits for its confirmation. */
function checkUnconfirmed(user: User): void {
  const status = statusOf(user);
  if (status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${status}`);
}

function confirm(context: Context, user: User): void {
  delete user.status;
  user.codes?.delete('signUp');
  user.modifiedAt = context.now();
}
