import { poolOf } from '../context.js';
import { CognitoError, invalidParameter, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, list, structure, text } from '../input/members.js';
import { required, type Input } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Pool, ResourceServer } from '../state/state.js';

const identified = {
  UserPoolId: fields.poolId,
  Identifier: required(text({ min: 1, max: 256, pattern: /[\x21\x23-\x5B\x5D-\x7E]+/ })),
};
const resourceServer = {
  ...identified,
  Name: required(text({ min: 1, max: 256, pattern: /[\w\s+=,.@-]+/ })),
  Scopes: list(
    structure({
      ScopeName: required(text({ min: 1, max: 256, pattern: /[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+/ })),
      ScopeDescription: required(text({ min: 1, max: 256 })),
    }),
  ),
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html */
export const resourceServerOperations = {
  CreateResourceServer: writes(resourceServer, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    if (pool.resourceServers.has(input.Identifier))
      throw invalidParameter(`${input.Identifier} already exists in user pool ${input.UserPoolId}.`);
    return { ResourceServer: describe(pool, put(pool, input)) };
  }),

  DescribeResourceServer: reads(identified, (context, { UserPoolId, Identifier }) => {
    const pool = poolOf(context, UserPoolId);
    return { ResourceServer: describe(pool, resourceServerOf(pool, Identifier)) };
  }),

  DeleteResourceServer: writes(identified, (context, { UserPoolId, Identifier }) => {
    const pool = poolOf(context, UserPoolId);
    pool.resourceServers.delete(resourceServerOf(pool, Identifier).identifier);
    return {};
  }),

  ListResourceServers: reads(
    { UserPoolId: fields.poolId, MaxResults: integer(1, 50), NextToken: fields.pageToken },
    (context, { UserPoolId, MaxResults = 50, NextToken }) => {
      const pool = poolOf(context, UserPoolId);
      const { items, next } = fields.page(pool.resourceServers, MaxResults, NextToken);
      return { ResourceServers: items.map((server) => describe(pool, server)), NextToken: next };
    },
  ),

  /** Name and scopes are replaced, not merged. */
  UpdateResourceServer: writes(resourceServer, (context, input) => {
    const pool = poolOf(context, input.UserPoolId);
    resourceServerOf(pool, input.Identifier);
    return { ResourceServer: describe(pool, put(pool, input)) };
  }),
};

export const OPENID_SCOPES = ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin'];

/** The scopes of a pool's resource servers, as a token carries them: `identifier/name`. */
export const customScopes = (pool: Pool): string[] =>
  [...pool.resourceServers.values()].flatMap(({ identifier, scopes }) =>
    scopes.map(({ name }) => `${identifier}/${name}`),
  );

/** Throws ScopeDoesNotExistException unless each is OpenID Connect's or a resource server's. */
export function checkScopes(pool: Pool, scopes: readonly string[]): void {
  const existing = new Set([...customScopes(pool), ...OPENID_SCOPES]);
  const unknown = scopes.filter((scope) => !existing.has(scope));
  if (unknown.length > 0)
    throw new CognitoError('ScopeDoesNotExistException', `Scopes not found: ${unknown.join(', ')}`);
}

function resourceServerOf(pool: Pool, identifier: string): ResourceServer {
  const found = pool.resourceServers.get(identifier);
  if (!found) throw notFound(`Resource server ${identifier} does not exist.`);
  return found;
}

function put(pool: Pool, { Identifier, Name, Scopes = [] }: Input<typeof resourceServer>): ResourceServer {
  const scopes = Scopes.map(({ ScopeName, ScopeDescription }) => ({ name: ScopeName, description: ScopeDescription }));
  const server = { identifier: Identifier, name: Name, scopes };
  pool.resourceServers.set(Identifier, server);
  return server;
}

const describe = (pool: Pool, { identifier, name, scopes }: ResourceServer) => ({
  UserPoolId: pool.id,
  Identifier: identifier,
  Name: name,
  Scopes: scopes.map((scope) => ({ ScopeName: scope.name, ScopeDescription: scope.description })),
});
