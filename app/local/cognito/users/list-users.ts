import { schemaOf } from '../attributes/schema.js';
import { poolOf } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { list, text } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads } from '../operation.js';
import type { Pool, User } from '../state/state.js';
import { describeUser, writeAttributes } from './user.js';
import { userFilter } from './user-filter.js';

export const listUsers = reads(
  {
    UserPoolId: fields.poolId,
    AttributesToGet: list(required(text({ min: 1, max: 32 }))),
    Filter: text({ max: 256 }),
    Limit: fields.limit,
    PaginationToken: fields.pageToken,
  },
  (context, { UserPoolId, AttributesToGet, Filter, Limit, PaginationToken }) => {
    const pool = poolOf(context, UserPoolId);
    checkNames(pool, AttributesToGet ?? []);
    const matches = userFilter(Filter);
    const found = [...pool.users].filter(([, user]) => matches(user));
    const { items, next } = fields.page(found, Limit, PaginationToken);
    const isAskedFor = ({ Name }: { Name: string }) => AttributesToGet?.includes(Name) ?? true;
    const entry = (user: User) => ({ ...describeUser(user), Attributes: writeAttributes(user).filter(isAskedFor) });
    return { Users: items.map(entry), PaginationToken: next };
  },
);

function checkNames(pool: Pool, names: readonly string[]): void {
  const schema = schemaOf(pool);
  if (names.some((name) => !schema.has(name))) throw invalidParameter('One or more requested attributes do not exist.');
}
