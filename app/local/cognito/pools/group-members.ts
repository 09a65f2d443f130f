import { poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { reads, writes } from '../operation.js';
import type { Group, Pool, User } from '../state/state.js';
import { userKey, userOf } from '../users/directory.js';
import { describeUser, writeAttributes } from '../users/user.js';
import { describeGroup, groupOf } from './groups.js';

const membership = { UserPoolId: fields.poolId, Username: fields.username, GroupName: fields.groupName };

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html */
export const groupMemberOperations = {
  AdminAddUserToGroup: writes(membership, (context, { UserPoolId, Username, GroupName }) => {
    const pool = poolOf(context, UserPoolId);
    const user = userOf(pool, Username);
    const { name } = groupOf(pool, GroupName);
    if (!user.groups.includes(name)) user.groups.push(name);
    return {};
  }),

  AdminRemoveUserFromGroup: writes(membership, (context, { UserPoolId, Username, GroupName }) => {
    const pool = poolOf(context, UserPoolId);
    const user = userOf(pool, Username);
    const { name } = groupOf(pool, GroupName);
    user.groups = user.groups.filter((group) => group !== name);
    return {};
  }),

  AdminListGroupsForUser: reads(
    { UserPoolId: fields.poolId, Username: fields.username, ...fields.paging },
    (context, { UserPoolId, Username, Limit, NextToken }) => {
      const pool = poolOf(context, UserPoolId);
      const groups = userOf(pool, Username).groups.map((name) => [name, groupOf(pool, name)] as const);
      const { items, next } = fields.page(groups, Limit, NextToken);
      return { Groups: items.map((group) => describeGroup(pool, group)), NextToken: next };
    },
  ),

  ListUsersInGroup: reads(
    { UserPoolId: fields.poolId, GroupName: fields.groupName, ...fields.paging },
    (context, { UserPoolId, GroupName, Limit, NextToken }) => {
      const pool = poolOf(context, UserPoolId);
      const { name } = groupOf(pool, GroupName);
      const members = [...pool.users.values()].filter(({ groups }) => groups.includes(name));
      const entries = members.map((user) => [userKey(pool, user.username), user] as const);
      const { items, next } = fields.page(entries, Limit, NextToken);
      const entry = (user: User) => ({ ...describeUser(user), Attributes: writeAttributes(user) });
      return { Users: items.map(entry), NextToken: next };
    },
  ),
};

/**
 * The claims of a user's groups. The group with the lowest number comes first, groups without one last; its role is the
 * preferred one, unless a group with the same number has another role.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html#assigning-precedence-values-to-groups
 */
export function groupClaims(pool: Pool, user: User) {
  const groups = user.groups.flatMap((name) => pool.groups.get(name) ?? []).sort((a, b) => rank(a) - rank(b));
  if (groups.length === 0) return { id: {}, access: {} };
  const withRole = groups.filter(({ roleArn }) => roleArn !== undefined);
  const roles = new Set(withRole.map(({ roleArn }) => roleArn));
  const [first] = withRole;
  const preferred = new Set(
    withRole.filter((group) => first && rank(group) === rank(first)).map(({ roleArn }) => roleArn),
  );
  const access = { 'cognito:groups': groups.map(({ name }) => name) };
  return {
    access,
    id: {
      ...access,
      ...(roles.size > 0 && { 'cognito:roles': [...roles] }),
      ...(preferred.size === 1 && { 'cognito:preferred_role': [...preferred][0] }),
    },
  };
}

const rank = ({ precedence }: Group) => precedence ?? Number.MAX_SAFE_INTEGER;
