import { poolOf, type Context } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { newPoolKeys } from './keys.js';
import { integer, refused, text } from '../input/members.js';
import { reads, writes } from '../operation.js';
import { policyFrom, poolShape } from './pool-settings.js';
import { DIGITS, LOWER, randomText, UPPER } from '../random-text.js';
import { required } from '../input/shape.js';
import type { Pool } from '../state/state.js';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html */
export const poolOperations = {
  CreateUserPool: writes(poolShape, async (context, input) => {
    const { PoolName, Policies, AliasAttributes, Schema, UsernameConfiguration, ...rest } = input;
    const now = context.now();
    const keys = await newPoolKeys();
    const pool: Pool = {
      id: `${context.region}_${randomText(9, `${UPPER}${LOWER}${DIGITS}`)}`,
      name: PoolName,
      createdAt: now,
      modifiedAt: now,
      passwordPolicy: policyFrom(Policies?.PasswordPolicy),
      aliases: AliasAttributes ?? [],
      customAttributes: (Schema ?? []).map(({ Name }) => `custom:${Name}`),
      caseSensitive: UsernameConfiguration?.CaseSensitive ?? false,
      settings: JSON.stringify(rest),
      keys,
      clients: new Map(),
      users: new Map(),
      groups: new Map(),
      resourceServers: new Map(),
      sessions: new Map(),
      challenges: new Map(),
    };
    context.state.pools.set(pool.id, pool);
    return { UserPool: describe(context, pool) };
  }),

  DescribeUserPool: reads({ UserPoolId: fields.poolId }, (context, { UserPoolId }) => ({
    UserPool: describe(context, poolOf(context, UserPoolId)),
  })),

  ListUserPools: reads(
    { MaxResults: required(integer(1, 60)), NextToken: fields.pageToken },
    (context, { MaxResults, NextToken }) => {
      const { items, next } = fields.page(context.state.pools, MaxResults, NextToken);
      return { UserPools: items.map(summarise), NextToken: next };
    },
  ),

  CreateUserPoolDomain: writes(
    {
      UserPoolId: fields.poolId,
      Domain: required(text({ min: 1, max: 63, pattern: /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/ })),
      ManagedLoginVersion: integer(1, 2),
      CustomDomainConfig: refused,
    },
    (context, { UserPoolId, Domain }) => {
      const pool = poolOf(context, UserPoolId);
      if (pool.domain !== undefined) throw invalidParameter('User pool already has a domain configured.');
      if ([...context.state.pools.values()].some(({ domain }) => domain === Domain))
        throw invalidParameter('Domain already associated with another user pool.');
      pool.domain = Domain;
      return {};
    },
  ),
};

const summarise = (pool: Pool) => ({
  Id: pool.id,
  Name: pool.name,
  LambdaConfig: {},
  CreationDate: fields.date(pool.createdAt),
  LastModifiedDate: fields.date(pool.modifiedAt),
});

const describe = (context: Context, pool: Pool) => ({
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
  DeletionProtection: 'INACTIVE',
  MfaConfiguration: 'OFF',
  ...settingsOf(pool),
  ...summarise(pool),
  AliasAttributes: pool.aliases,
  Arn: `arn:aws:cognito-idp:${context.region}:000000000000:userpool/${pool.id}`,
  Domain: pool.domain,
  EstimatedNumberOfUsers: pool.users.size,
  Policies: { PasswordPolicy: pool.passwordPolicy },
  UsernameConfiguration: { CaseSensitive: pool.caseSensitive },
});

function settingsOf(pool: Pool): object {
  const settings: object = JSON.parse(pool.settings);
  return settings;
}
