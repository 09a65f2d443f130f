import { readAttributes, writeAttributes } from './attributes.js';
import { poolOf } from '../context.js';
import { userKey, userOf } from './directory.js';
import { notSupportedHere } from '../errors.js';
import * as fields from '../input/fields.js';
import { flag, ignored, list, oneOf, text } from '../input/members.js';
import { reads, writes } from '../operation.js';
import { checkPolicy, randomPassword } from './password-policy.js';
import { revokeSessions } from '../sign-in/sessions.js';
import { required } from '../input/shape.js';
import type { User } from '../state/state.js';
import { describeUser, invitedAgain, newUser, setPassword } from './user.js';
import { userFilter } from './user-filter.js';

const person = { UserPoolId: fields.poolId, Username: fields.username };

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users.html */
export const userOperations = {
  AdminCreateUser: writes(
    {
      ...person,
      TemporaryPassword: fields.password,
      UserAttributes: list(fields.attribute),
      MessageAction: oneOf('RESEND', 'SUPPRESS'),
      ForceAliasCreation: flag,
      DesiredDeliveryMediums: ignored,
      ValidationData: ignored,
      ClientMetadata: ignored,
    },
    async (context, { UserPoolId, Username, TemporaryPassword, UserAttributes, MessageAction, ForceAliasCreation }) => {
      const pool = poolOf(context, UserPoolId);
      if (ForceAliasCreation === true) throw notSupportedHere('ForceAliasCreation');
      const attributes = readAttributes(pool, UserAttributes ?? []);
      const password = TemporaryPassword ?? randomPassword(pool.passwordPolicy);
      checkPolicy(pool.passwordPolicy, password);
      const passwordHash = await context.passwords.hash(password);
      const user =
        MessageAction === 'RESEND'
          ? invitedAgain(userOf(pool, Username))
          : newUser(context, pool, Username, attributes, passwordHash);
      setPassword(context, pool, user, passwordHash, false);
      return { User: { ...describeUser(user), Attributes: writeAttributes(user) } };
    },
  ),

  AdminGetUser: reads(person, (context, { UserPoolId, Username }) => {
    const user = userOf(poolOf(context, UserPoolId), Username);
    return { ...describeUser(user), UserAttributes: writeAttributes(user) };
  }),

  AdminDeleteUser: writes(person, (context, { UserPoolId, Username }) => {
    const pool = poolOf(context, UserPoolId);
    const user = userOf(pool, Username);
    revokeSessions(pool, user);
    pool.users.delete(userKey(pool, user.username));
    return {};
  }),

  AdminSetUserPassword: writes(
    { ...person, Password: required(fields.password), Permanent: flag },
    async (context, { UserPoolId, Username, Password, Permanent = false }) => {
      const pool = poolOf(context, UserPoolId);
      userOf(pool, Username);
      checkPolicy(pool.passwordPolicy, Password);
      const passwordHash = await context.passwords.hash(Password);
      setPassword(context, pool, userOf(pool, Username), passwordHash, Permanent);
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

  ListUsers: reads(
    {
      UserPoolId: fields.poolId,
      AttributesToGet: list(text({ min: 1, max: 32 })),
      Filter: text({ max: 256 }),
      Limit: fields.limit,
      PaginationToken: fields.pageToken,
    },
    (context, { UserPoolId, AttributesToGet, Filter, Limit, PaginationToken }) => {
      const pool = poolOf(context, UserPoolId);
      const wanted = userFilter(Filter);
      const { items, next } = fields.page(
        [...pool.users].filter(([, user]) => wanted(user)),
        Limit,
        PaginationToken,
      );
      const shown = ({ Name }: { Name: string }) => AttributesToGet?.includes(Name) ?? true;
      const entry = (user: User) => ({ ...describeUser(user), Attributes: writeAttributes(user).filter(shown) });
      return { Users: items.map(entry), PaginationToken: next };
    },
  ),
};
