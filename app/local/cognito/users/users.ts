import { deliver } from '../accounts/delivery.js';
import { poolOf } from '../context.js';
import { userKey, userOf } from './directory.js';
import { invalidParameter, notSupportedHere } from '../errors.js';
import * as fields from '../input/fields.js';
import { flag, ignored, list, oneOf, text } from '../input/members.js';
import { reads, writes } from '../operation.js';
import { checkPolicy, randomPassword } from './passwords.js';
import { revokeSessions } from '../sign-in/sessions.js';
import { mfaSettings } from '../mfa/factors.js';
import { required } from '../input/shape.js';
import type { User } from '../state/state.js';
import { checkInvited, describeUser, newUser, readAttributes, setPassword, statusOf, writeAttributes } from './user.js';

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
      const hashed = await context.passwords.hash(password);
      const user =
        MessageAction === 'RESEND'
          ? checkInvited(userOf(pool, Username))
          : newUser(context, pool, Username, attributes, hashed);
      setPassword(context, pool, user, hashed, false);
      if (MessageAction !== 'SUPPRESS')
        deliver(context, pool, user, {
          kind: 'AdminCreateUser',
          code: password,
          to: user.attributes.get('email') ?? user.attributes.get('phone_number'),
        });
      return { User: { ...describeUser(user), Attributes: writeAttributes(user) } };
    },
  ),

  AdminGetUser: reads(person, (context, { UserPoolId, Username }) => {
    const user = userOf(poolOf(context, UserPoolId), Username);
    return { ...describeUser(user), UserAttributes: writeAttributes(user), ...mfaSettings(user) };
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
      const matches = userFilter(Filter);
      const { items, next } = fields.page(
        [...pool.users].filter(([, user]) => matches(user)),
        Limit,
        PaginationToken,
      );
      const isAskedFor = ({ Name }: { Name: string }) => AttributesToGet?.includes(Name) ?? true;
      const entry = (user: User) => ({ ...describeUser(user), Attributes: writeAttributes(user).filter(isAskedFor) });
      return { Users: items.map(entry), PaginationToken: next };
    },
  ),
};

const FILTER = /^\s*(?<name>[\w:]+)\s*(?<operator>\^?=)\s*"(?<value>.*)"\s*$/su;
const SEARCHABLE = ['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username'] as const;

const readers: Readonly<Partial<Record<string, (user: User) => string | undefined>>> = {
  username: ({ username }) => username,
  sub: ({ sub }) => sub,
  status: ({ enabled }) => (enabled ? 'Enabled' : 'Disabled'),
  'cognito:user_status': statusOf,
  ...Object.fromEntries(SEARCHABLE.map((name) => [name, ({ attributes }: User) => attributes.get(name)])),
};

/** ListUsers's filter: `name = "value"` or, for a prefix, `name ^= "value"`; throws InvalidParameterException. */
function userFilter(filter = ''): (user: User) => boolean {
  if (filter.trim() === '') return () => true;
  const parts = FILTER.exec(filter)?.groups;
  if (!parts) throw invalidParameter('Error while parsing filter.');
  const read = Object.hasOwn(readers, parts['name'] ?? '') ? readers[parts['name'] ?? ''] : undefined;
  if (!read) throw invalidParameter(`Invalid search attribute: ${parts['name']}`);
  const value = (parts['value'] ?? '').replaceAll('\\"', '"');
  return parts['operator'] === '=' ? (user) => read(user) === value : (user) => read(user)?.startsWith(value) ?? false;
}
