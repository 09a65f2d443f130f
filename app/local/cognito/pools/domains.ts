import { poolOf, type Context } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, oneOf, structure, text } from '../input/members.js';
import { required, type Input } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Pool } from '../state/state.js';

/** A prefix, or, with CustomDomainConfig, a name with dots. */
const domainName = required(text({ min: 1, max: 63, pattern: /[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?/ }));
const identified = { UserPoolId: fields.poolId, Domain: domainName };
const settings = {
  ...identified,
  ManagedLoginVersion: integer(1, 2),
  CustomDomainConfig: structure({
    CertificateArn: required(fields.arn),
    SecurityPolicy: oneOf('TLS_V1', 'TLS_V1_2_2021', 'TLS_V1_3_2025'),
  }),
  Routing: structure({
    Failover: structure({
      SecondaryRegion: required(text({ min: 5, max: 32 })),
      PrimaryRoute53HealthCheckId: required(text({ min: 1, max: 64 })),
    }),
  }),
};
type Settings = Input<typeof settings>;

const RESERVED_WORDS = ['aws', 'amazon', 'cognito'];
/** Managed login's first version, the hosted UI. */
const CLASSIC = 1;
const CLOUDFRONT = 'local-cognito.cloudfront.net';

/**
 * A pool's domains, at most one prefix and one custom domain: records, since every pool's endpoints have the emulator's
 * one address.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html
 */
export const domainOperations = {
  CreateUserPoolDomain: writes(settings, (context, input) => {
    const { Domain, ManagedLoginVersion = CLASSIC, CustomDomainConfig: custom } = input;
    const pool = poolOf(context, input.UserPoolId);
    if (custom) checkCustom(Domain, custom);
    else checkPrefix(Domain);
    checkRouting(input);
    if ((custom ? pool.customDomain?.name : pool.domain) !== undefined)
      throw invalidParameter('User pool already has a domain configured.');
    if (poolWithDomain(context, Domain)) throw invalidParameter('Domain already associated with another user pool.');
    if (custom) pool.customDomain = { name: Domain, config: custom, managedLoginVersion: ManagedLoginVersion };
    else Object.assign(pool, { domain: Domain, managedLoginVersion: ManagedLoginVersion });
    return { ManagedLoginVersion, ...(custom && { CloudFrontDomain: CLOUDFRONT }) };
  }),

  /** The version, and the certificate of a custom domain; what the request leaves out stays. */
  UpdateUserPoolDomain: writes(settings, (context, input) => {
    const { Domain, ManagedLoginVersion: version, CustomDomainConfig: custom } = input;
    const pool = ownerOf(context, input.UserPoolId, Domain);
    checkRouting(input);
    const { customDomain } = pool;
    if (customDomain?.name !== Domain) {
      if (custom) throw invalidParameter('A prefix domain has no certificate.');
      if (version !== undefined) pool.managedLoginVersion = version;
      return { ManagedLoginVersion: pool.managedLoginVersion ?? CLASSIC };
    }
    if (custom) checkCustom(Domain, custom);
    pool.customDomain = {
      name: Domain,
      config: custom ?? customDomain.config,
      managedLoginVersion: version ?? customDomain.managedLoginVersion,
    };
    return { ManagedLoginVersion: pool.customDomain.managedLoginVersion, CloudFrontDomain: CLOUDFRONT };
  }),

  DeleteUserPoolDomain: writes(identified, (context, { UserPoolId, Domain }) => {
    const pool = ownerOf(context, UserPoolId, Domain);
    if (pool.customDomain?.name === Domain) delete pool.customDomain;
    else {
      delete pool.domain;
      delete pool.managedLoginVersion;
    }
    return {};
  }),

  /** A domain that nobody has is described by nothing. */
  DescribeUserPoolDomain: reads({ Domain: domainName }, (context, { Domain }) => {
    const pool = poolWithDomain(context, Domain);
    return { DomainDescription: pool ? describe(pool, Domain) : {} };
  }),
};

/** Throws InvalidParameterException for a prefix with a reserved word or a dot. */
function checkPrefix(domain: string): void {
  const reserved = RESERVED_WORDS.find((word) => domain.includes(word));
  if (reserved !== undefined) throw invalidParameter(`Domain cannot contain reserved word: ${reserved}`);
  if (domain.includes('.')) throw invalidParameter('Custom domain needs a CustomDomainConfig with a certificate.');
}

const CERTIFICATE = /^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/u;

/** Throws InvalidParameterException for a name that is no domain, or a certificate of another service or Region. */
function checkCustom(domain: string, { CertificateArn }: { CertificateArn: string }): void {
  if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/u.test(domain))
    throw invalidParameter(`Custom domain ${domain} is not a valid domain name.`);
  if (!CERTIFICATE.test(CertificateArn))
    throw invalidParameter('The certificate of a custom domain must be one of ACM in us-east-1.');
}

/** Throws InvalidParameterException: a failover needs a replica of the pool, and the emulator has one Region. */
function checkRouting({ Routing }: Settings): void {
  if (Routing?.Failover)
    throw invalidParameter(`The user pool has no replica in ${Routing.Failover.SecondaryRegion} to fail over to.`);
}

/** Whether the pool has a domain of either kind. */
export const hasDomain = ({ domain, customDomain }: Pool) => (domain ?? customDomain) !== undefined;

const poolWithDomain = ({ state }: Context, name: string) =>
  [...state.pools.values()].find(({ domain, customDomain }) => domain === name || customDomain?.name === name);

/** Throws InvalidParameterException where the domain isn't that pool's. */
function ownerOf(context: Context, poolId: string, domain: string): Pool {
  const pool = poolOf(context, poolId);
  if (pool.domain !== domain && pool.customDomain?.name !== domain)
    throw invalidParameter('No such domain or user pool exists.');
  return pool;
}

function describe(pool: Pool, Domain: string) {
  const custom = pool.customDomain?.name === Domain ? pool.customDomain : undefined;
  return {
    UserPoolId: pool.id,
    AWSAccountId: fields.ACCOUNT_ID,
    Domain,
    S3Bucket: 'local-cognito',
    CloudFrontDistribution: CLOUDFRONT,
    Version: '1',
    Status: 'ACTIVE',
    CustomDomainConfig: custom?.config ?? {},
    ManagedLoginVersion: custom?.managedLoginVersion ?? pool.managedLoginVersion ?? CLASSIC,
  };
}
