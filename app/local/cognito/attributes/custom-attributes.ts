import { poolOf } from '../context.js';
import * as fields from '../input/fields.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';
import { declaredAttributes, extendSchema } from './declared-attributes.js';

export const schemaOperations = {
  AddCustomAttributes: writes(
    { UserPoolId: fields.poolId, CustomAttributes: required(declaredAttributes(25)) },
    (context, { UserPoolId, CustomAttributes }) => {
      const pool = poolOf(context, UserPoolId);
      pool.schema = extendSchema(pool.schema, CustomAttributes);
      pool.modifiedAt = context.now();
      return {};
    },
  ),
};
