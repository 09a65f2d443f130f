import { poolOf } from '../context.js';
import { userOf } from '../users/directory.js';
import { CognitoError, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, text } from '../input/members.js';
import { reads, writes } from '../operation.js';
import type { Group, Pool } from '../state/state.js';

const membership = { UserPoolId: fields.poolId, Username: fields.username, GroupName: fields.groupName };
const paging = { Limit: fields.limit, NextToken: fields.pageToken };

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html */
export const groupOperations = {
  CreateGroup: writes(
    {
      UserPoolId: fields.poolId,
      GroupName: fields.groupName,
      Description: text({ max: 2048 }),
      RoleArn: text({ min: 20, max: 2048 }),
      Precedence: integer(0, 2 ** 31 - 1),
    },
    (context, { UserPoolId, GroupName, Description, RoleArn, Precedence }) => {
      const pool = poolOf(context, UserPoolId);
      if (pool.groups.has(GroupName))
        throw new CognitoError('GroupExistsException', 'A group with the name already exists.');
      const group: Group = {
        name: GroupName,
        ...(Description !== undefined && { description: Description }),
        ...(RoleArn !== undefined && { roleArn: RoleArn }),
        ...(Precedence !== undefined && { precedence: Precedence }),
        createdAt: context.now(),
      };
      pool.groups.set(GroupName, group);
      return { Group: describe(pool, group) };
    },
  ),

  ListGroups: reads({ UserPoolId: fields.poolId, ...paging }, (context, { UserPoolId, Limit, NextToken }) => {
    const pool = poolOf(context, UserPoolId);
    const { items, next } = fields.page(pool.groups, Limit, NextToken);
    return { Groups: items.map((group) => describe(pool, group)), NextToken: next };
  }),

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
    { UserPoolId: fields.poolId, Username: fields.username, ...paging },
    (context, { UserPoolId, Username, Limit, NextToken }) => {
      const pool = poolOf(context, UserPoolId);
      const groups = userOf(pool, Username).groups.map((name) => [name, groupOf(pool, name)] as const);
      const { items, next } = fields.page(groups, Limit, NextToken);
      return { Groups: items.map((group) => describe(pool, group)), NextToken: next };
    },
  ),
};

function groupOf(pool: Pool, name: string): Group {
  const group = pool.groups.get(name);
  if (!group) throw notFound('Group not found.');
  return group;
}

const describe = (pool: Pool, { name, description, roleArn, precedence, createdAt }: Group) => ({
  GroupName: name,
  UserPoolId: pool.id,
  Description: description,
  RoleArn: roleArn,
  Precedence: precedence,
  CreationDate: fields.date(createdAt),
  LastModifiedDate: fields.date(createdAt),
});
