import { poolOf } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { list, structure, text } from '../input/members.js';
import { required } from '../input/shape.js';
import { writes } from '../operation.js';

const scope = structure({
  ScopeName: required(text({ min: 1, max: 256, pattern: /[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+/ })),
  ScopeDescription: required(text({ min: 1, max: 256 })),
});

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html */
export const resourceServerOperations = {
  CreateResourceServer: writes(
    {
      UserPoolId: fields.poolId,
      Identifier: required(text({ min: 1, max: 256, pattern: /[\x21\x23-\x5B\x5D-\x7E]+/ })),
      Name: required(text({ min: 1, max: 256, pattern: /[\w\s+=,.@-]+/ })),
      Scopes: list(scope),
    },
    (context, { UserPoolId, Identifier, Name, Scopes = [] }) => {
      const pool = poolOf(context, UserPoolId);
      if (pool.resourceServers.has(Identifier))
        throw invalidParameter(`${Identifier} already exists in user pool ${UserPoolId}.`);
      const scopes = Scopes.map(({ ScopeName, ScopeDescription }) => ({
        name: ScopeName,
        description: ScopeDescription,
      }));
      pool.resourceServers.set(Identifier, { identifier: Identifier, name: Name, scopes });
      return { ResourceServer: { UserPoolId, Identifier, Name, Scopes } };
    },
  ),
};
