import { poolOf, type Context } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, refused, text } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Pool } from '../state/state.js';

const domainName = required(text({ min: 1, max: 63, pattern: /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/ }));
const settings = {
  UserPoolId: fields.poolId,
  Domain: domainName,
  ManagedLoginVersion: integer(1, 2),
  CustomDomainConfig: refused,
  Routing: refused,
};
const RESERVED_WORDS = ['aws', 'amazon', 'cognito'];
/** Managed login's first version, the hosted UI. */
const CLASSIC = 1;

/**
 * A pool's prefix domain: a record, since every pool's endpoints have the emulator's one address.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
 */
export const domainOperations = {
  CreateUserPoolDomain: writes(settings, (context, { UserPoolId, Domain, ManagedLoginVersion = CLASSIC }) => {
    const pool = poolOf(context, UserPoolId);
    const reserved = RESERVED_WORDS.find((word) => Domain.includes(word));
    if (reserved !== undefined) throw invalidParameter(`Domain cannot contain reserved word: ${reserved}`);
    if (pool.domain !== undefined) throw invalidParameter('User pool already has a domain configured.');
    if (poolWithDomain(context, Domain)) throw invalidParameter('Domain already associated with another user pool.');
    Object.assign(pool, { domain: Domain, managedLoginVersion: ManagedLoginVersion });
    return { ManagedLoginVersion };
  }),

  UpdateUserPoolDomain: writes(settings, (context, { UserPoolId, Domain, ManagedLoginVersion }) => {
    const pool = ownerOf(context, UserPoolId, Domain);
    if (ManagedLoginVersion !== undefined) pool.managedLoginVersion = ManagedLoginVersion;
    return { ManagedLoginVersion: pool.managedLoginVersion ?? CLASSIC };
  }),

  DeleteUserPoolDomain: writes({ UserPoolId: fields.poolId, Domain: domainName }, (context, { UserPoolId, Domain }) => {
    const pool = ownerOf(context, UserPoolId, Domain);
    delete pool.domain;
    delete pool.managedLoginVersion;
    return {};
  }),

  /** A domain that nobody has is described by nothing. */
  DescribeUserPoolDomain: reads({ Domain: domainName }, (context, { Domain }) => {
    const pool = poolWithDomain(context, Domain);
    return { DomainDescription: pool ? describe(pool, Domain) : {} };
  }),
};

const poolWithDomain = ({ state }: Context, name: string) =>
  [...state.pools.values()].find(({ domain }) => domain === name);

/** Throws InvalidParameterException where the domain isn't that pool's. */
function ownerOf(context: Context, poolId: string, domain: string): Pool {
  const pool = poolOf(context, poolId);
  if (pool.domain !== domain) throw invalidParameter('No such domain or user pool exists.');
  return pool;
}

const describe = (pool: Pool, Domain: string) => ({
  UserPoolId: pool.id,
  AWSAccountId: fields.ACCOUNT_ID,
  Domain,
  S3Bucket: 'local-cognito',
  CloudFrontDistribution: 'local-cognito.cloudfront.net',
  Version: '1',
  Status: 'ACTIVE',
  CustomDomainConfig: {},
  ManagedLoginVersion: pool.managedLoginVersion ?? CLASSIC,
});
