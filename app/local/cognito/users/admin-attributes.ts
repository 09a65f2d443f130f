import { changeAttributes, deleteAttributes } from '../accounts/attribute-changes.js';
import { readAttributes } from '../attributes/values.js';
import { poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { list } from '../input/members.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import { userOf } from './directory.js';

const person = { UserPoolId: fields.poolId, Username: fields.username };

/** Administrators write what no client may, `email_verified` included; what never changes stays for them as well. */
export const adminAttributeOperations = {
  AdminUpdateUserAttributes: writes(
    { ...person, UserAttributes: required(list(required(fields.attribute))), ClientMetadata: fields.clientMetadata },
    async (context, { UserPoolId, Username, UserAttributes }) => {
      const pool = poolOf(context, UserPoolId);
      await changeAttributes(context, pool, userOf(pool, Username), readAttributes(pool, UserAttributes));
      return {};
    },
  ),

  AdminDeleteUserAttributes: writes(
    { ...person, UserAttributeNames: required(list(required(fields.attributeName))) },
    async (context, { UserPoolId, Username, UserAttributeNames }) => {
      const pool = poolOf(context, UserPoolId);
      await deleteAttributes(context, pool, userOf(pool, Username), UserAttributeNames);
      return {};
    },
  ),
};
