import { checkWritable } from '../attributes/permissions.js';
import { readAttributes } from '../attributes/values.js';
import { CognitoError, invalidParameter, notAuthorized } from '../errors.js';
import * as fields from '../input/fields.js';
import { list } from '../input/members.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import { bearer } from '../sign-in/bearer.js';
import { userBySub } from '../users/directory.js';
import { checkPolicy } from '../users/passwords.js';
import { removeUser, setPassword } from '../users/user.js';
import { changeAttributes, deleteAttributes, verifyAddress } from './attribute-changes.js';
import { sendCode, useCode } from './codes.js';
import { countAttempt, resetAttempts } from './limits.js';
import { address } from '../pools/account-settings.js';

const CHANGE = 'password:change';

/** What users do with their own account, by an access token. */
export const ownAccountOperations = {
  /** After 5 wrong passwords in an hour, LimitExceededException. */
  ChangePassword: writes(
    {
      AccessToken: fields.token,
      PreviousPassword: required(fields.password),
      ProposedPassword: required(fields.password),
    },
    async (context, { AccessToken, PreviousPassword, ProposedPassword }) => {
      const { pool, user } = await bearer(context, AccessToken);
      countAttempt(context, user, CHANGE);
      if (!(await context.passwords.matches(PreviousPassword, user.passwordHash)))
        throw notAuthorized('Incorrect username or password.');
      resetAttempts(user, CHANGE);
      checkPolicy(pool.passwordPolicy, ProposedPassword);
      const password = await context.passwords.hash(ProposedPassword);
      if (userBySub(pool, user.sub) !== user) throw new CognitoError('UserNotFoundException', 'User does not exist.');
      setPassword(context, pool, user, password, true);
      return {};
    },
  ),

  UpdateUserAttributes: writes(
    {
      AccessToken: fields.token,
      UserAttributes: required(list(required(fields.attribute))),
      ClientMetadata: fields.clientMetadata,
    },
    async (context, { AccessToken, UserAttributes }) => {
      const { pool, user, client } = await bearer(context, AccessToken);
      const changes = readAttributes(pool, UserAttributes);
      checkWritable(pool, client, changes.keys());
      return { CodeDeliveryDetailsList: await changeAttributes(context, pool, user, changes) };
    },
  ),

  DeleteUserAttributes: writes(
    { AccessToken: fields.token, UserAttributeNames: required(list(required(fields.attributeName))) },
    async (context, { AccessToken, UserAttributeNames }) => {
      const { pool, user, client } = await bearer(context, AccessToken);
      checkWritable(pool, client, UserAttributeNames);
      await deleteAttributes(context, pool, user, UserAttributeNames);
      return {};
    },
  ),

  GetUserAttributeVerificationCode: writes(
    { AccessToken: fields.token, AttributeName: required(address), ClientMetadata: fields.clientMetadata },
    async (context, { AccessToken, AttributeName: attribute }) => {
      const { pool, user, client } = await bearer(context, AccessToken);
      const destination = user.codes?.get(attribute)?.destination ?? user.attributes.get(attribute);
      if (destination === undefined) throw invalidParameter(`The user has no ${attribute} to verify.`);
      countAttempt(context, user, `request:${attribute}`);
      const request = { purpose: attribute, kind: 'VerifyUserAttribute', attribute, destination, client } as const;
      return { CodeDeliveryDetails: await sendCode(context, pool, user, request) };
    },
  ),

  VerifyUserAttribute: writes(
    { AccessToken: fields.token, AttributeName: required(address), Code: required(fields.code) },
    async (context, { AccessToken, AttributeName, Code }) => {
      const { pool, user } = await bearer(context, AccessToken);
      useCode(context, user, { purpose: AttributeName, given: Code }, (code) => verifyAddress(pool, user, code));
      user.modifiedAt = context.now();
      return {};
    },
  ),

  DeleteUser: writes({ AccessToken: fields.token }, async (context, { AccessToken }) => {
    const { pool, user } = await bearer(context, AccessToken);
    removeUser(pool, user);
    return {};
  }),
};
