import { newSchema } from '../attributes/declared-attributes.js';
import { describeSchema } from '../attributes/schema.js';
import { poolOf, type Context } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { hasDomain } from './domains.js';
import { integer } from '../input/members.js';
import { keptMfa } from '../mfa/pool-mfa.js';
import { reads, writes } from '../operation.js';
import { checkAddOns } from '../protection/threat-protection.js';
import { firstFactorsFrom, policyFrom, poolShape, poolUpdateShape } from './pool-settings.js';
import { DIGITS, LOWER, randomText, UPPER } from '../random-text.js';
import { required } from '../input/shape.js';
import type { Pool } from '../state/state.js';
import { settingsOf } from './stored-settings.js';
import { arnOf } from './tags.js';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html */
export const poolOperations = {
  CreateUserPool: writes(poolShape, async (context, input) => {
    const { PoolName, Policies, AliasAttributes, Schema, UsernameAttributes, UsernameConfiguration, ...rest } = input;
    const { MfaConfiguration, ...settings } = rest;
    keptMfa(MfaConfiguration);
    if (AliasAttributes && UsernameAttributes)
      throw invalidParameter('Only one of aliasAttributes or usernameAttributes can be set in a user pool.');
    checkAddOns(rest);
    const now = context.now();
    const keys = await context.keys.newPair();
    const pool: Pool = {
      id: `${context.region}_${randomText(9, `${UPPER}${LOWER}${DIGITS}`)}`,
      name: PoolName,
      createdAt: now,
      modifiedAt: now,
      passwordPolicy: policyFrom(Policies?.PasswordPolicy),
      firstFactors: firstFactorsFrom(Policies?.SignInPolicy),
      aliases: AliasAttributes ?? [],
      schema: newSchema(Schema ?? []),
      usernameAttributes: UsernameAttributes ?? [],
      caseSensitive: UsernameConfiguration?.CaseSensitive ?? false,
      settings: JSON.stringify(settings),
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

  /**
   * Settings that the request leaves out return to their defaults; name, tags and what is fixed at creation stay.
   * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
   */
  UpdateUserPool: writes(poolUpdateShape, (context, { UserPoolId, PoolName, Policies, MfaConfiguration, ...rest }) => {
    const pool = poolOf(context, UserPoolId);
    checkAddOns(rest);
    const mfa = keptMfa(MfaConfiguration, pool.mfa);
    const { UserPoolTags } = settingsOf(pool);
    pool.name = PoolName ?? pool.name;
    pool.passwordPolicy = policyFrom(Policies?.PasswordPolicy);
    pool.firstFactors = firstFactorsFrom(Policies?.SignInPolicy);
    pool.settings = JSON.stringify({ ...(UserPoolTags && { UserPoolTags }), ...rest });
    if (mfa) pool.mfa = mfa;
    else delete pool.mfa;
    pool.modifiedAt = context.now();
    return {};
  }),

  DeleteUserPool: writes({ UserPoolId: fields.poolId }, (context, { UserPoolId }) => {
    const pool = poolOf(context, UserPoolId);
    if (settingsOf(pool).DeletionProtection === 'ACTIVE')
      throw invalidParameter(
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
      );
    if (hasDomain(pool))
      throw invalidParameter('User pool cannot be deleted. It has a domain configured that should be deleted first.');
    context.state.pools.delete(pool.id);
    return {};
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
  UserPoolTier: 'ESSENTIALS',
  ...settingsOf(pool),
  MfaConfiguration: pool.mfa?.configuration ?? 'OFF',
  ...summarise(pool),
  AliasAttributes: pool.aliases,
  Arn: arnOf(context, pool),
  CustomDomain: pool.customDomain?.name,
  Domain: pool.domain,
  EstimatedNumberOfUsers: pool.users.size,
  Policies: {
    PasswordPolicy: pool.passwordPolicy,
    SignInPolicy: { AllowedFirstAuthFactors: pool.firstFactors },
  },
  SchemaAttributes: describeSchema(pool),
  ...(pool.usernameAttributes.length > 0 && { UsernameAttributes: pool.usernameAttributes }),
  UsernameConfiguration: { CaseSensitive: pool.caseSensitive },
});
