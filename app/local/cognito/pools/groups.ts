import { poolOf } from '../context.js';
import { CognitoError, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, text } from '../input/members.js';
import { type Input } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Group, Pool } from '../state/state.js';

const identified = { UserPoolId: fields.poolId, GroupName: fields.groupName };
const group = {
  ...identified,
  Description: text({ max: 2048 }),
  RoleArn: fields.arn,
  Precedence: integer(0, 2 ** 31 - 1),
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html */
export const groupOperations = {
  CreateGroup: writes(group, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    if (pool.groups.has(input.GroupName))
      throw new CognitoError('GroupExistsException', 'A group with the name already exists.');
    const now = context.now();
    const created: Group = { name: input.GroupName, ...settingsIn(input), createdAt: now, modifiedAt: now };
    pool.groups.set(created.name, created);
    return { Group: describeGroup(pool, created) };
  }),

  GetGroup: reads(identified, (context, { UserPoolId, GroupName }) => {
    const pool = poolOf(context, UserPoolId);
    return { Group: describeGroup(pool, groupOf(pool, GroupName)) };
  }),

  /** What the request leaves out stays as it is. */
  UpdateGroup: writes(group, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    const updated = Object.assign(groupOf(pool, input.GroupName), settingsIn(input), { modifiedAt: context.now() });
    return { Group: describeGroup(pool, updated) };
  }),

  DeleteGroup: writes(identified, (context, { UserPoolId, GroupName }) => {
    const pool = poolOf(context, UserPoolId);
    const { name } = groupOf(pool, GroupName);
    pool.groups.delete(name);
    for (const user of pool.users.values()) user.groups = user.groups.filter((other) => other !== name);
    return {};
  }),

  ListGroups: reads({ UserPoolId: fields.poolId, ...fields.paging }, (context, { UserPoolId, Limit, NextToken }) => {
    const pool = poolOf(context, UserPoolId);
    const { items, next } = fields.page(pool.groups, Limit, NextToken);
    return { Groups: items.map((item) => describeGroup(pool, item)), NextToken: next };
  }),
};

/** Throws ResourceNotFoundException. */
export function groupOf(pool: Pool, name: string): Group {
  const found = pool.groups.get(name);
  if (!found) throw notFound('Group not found.');
  return found;
}

const settingsIn = ({ Description, RoleArn, Precedence }: Input<typeof group>) => ({
  ...(Description !== undefined && { description: Description }),
  ...(RoleArn !== undefined && { roleArn: RoleArn }),
  ...(Precedence !== undefined && { precedence: Precedence }),
});

export const describeGroup = (
  pool: Pool,
  { name, description, roleArn, precedence, createdAt, modifiedAt = createdAt }: Group,
) => ({
  GroupName: name,
  UserPoolId: pool.id,
  Description: description,
  RoleArn: roleArn,
  Precedence: precedence,
  CreationDate: fields.date(createdAt),
  LastModifiedDate: fields.date(modifiedAt),
});
