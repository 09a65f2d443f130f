import { poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { flag } from '../input/members.js';
import { mfaSettings } from '../mfa/factors.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import { revokeSessions } from '../sign-in/sessions.js';
import { adminCreateUser } from './admin-create-user.js';
import { userOf } from './directory.js';
import { listUsers } from './list-users.js';
import { checkPolicy } from './passwords.js';
import { describeUser, removeUser, setPassword, writeAttributes } from './user.js';

const person = { UserPoolId: fields.poolId, Username: fields.username };

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users.html */
export const userOperations = {
  AdminCreateUser: adminCreateUser,

  AdminGetUser: reads(person, (context, { UserPoolId, Username }) => {
    const user = userOf(poolOf(context, UserPoolId), Username);
    return { ...describeUser(user), UserAttributes: writeAttributes(user), ...mfaSettings(user) };
  }),

  AdminDeleteUser: writes(person, (context, { UserPoolId, Username }) => {
    const pool = poolOf(context, UserPoolId);
    removeUser(pool, userOf(pool, Username));
    return {};
  }),

  AdminSetUserPassword: writes(
    { ...person, Password: required(fields.password), Permanent: flag },
    async (context, { UserPoolId, Username, Password, Permanent = false }) => {
      const pool = poolOf(context, UserPoolId);
      userOf(pool, Username);
      checkPolicy(pool.passwordPolicy, Password);
      const hashed = await context.passwords.hash(Password);
      setPassword(context, pool, userOf(pool, Username), hashed, Permanent);
      return {};
    },
  ),

  AdminEnableUser: writes(person, (context, { UserPoolId, Username }) => {
    Object.assign(userOf(poolOf(context, UserPoolId), Username), { enabled: true, modifiedAt: context.now() });
    return {};
  }),

  AdminDisableUser: writes(person, (context, { UserPoolId, Username }) => {
    const pool = poolOf(context, UserPoolId);
    const user = userOf(pool, Username);
    revokeSessions(pool, user);
    Object.assign(user, { enabled: false, modifiedAt: context.now() });
    return {};
  }),

  AdminUserGlobalSignOut: writes(person, (context, { UserPoolId, Username }) => {
    const pool = poolOf(context, UserPoolId);
    revokeSessions(pool, userOf(pool, Username));
    return {};
  }),

  ListUsers: listUsers,
};
