import { createHash } from 'node:crypto';
import {
  AssumeRoleCommand,
  MalformedPolicyDocumentException,
  PackedPolicyTooLargeException,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts';
import { sessionPolicy } from './tenant-policy.js';
import type { Connection } from './table.js';

/** Twice at most, so that a call that waits has time left for the table. */
const MAX_ATTEMPTS = 2;
const ATTEMPT_MS = 1_500;
/** As operations.ts has it. */
const HTTP = { throwOnRequestTimeout: true, socketAcquisitionWarningTimeout: 60_000 };

export interface RoleOptions {
  readonly arn: string;
  /** How STS is reached; by default as the environment says. */
  readonly sts?: Pick<STSClientConfig, 'endpoint' | 'region' | 'credentials'>;
  /** What the sessions may do with a tenant's items. */
  readonly actions: readonly string[];
  /** Thrown for a tenant that no policy of STS can name. */
  readonly notSupported: Error;
}

/** Of 2 to 64 letters, digits and hyphens; CloudTrail shows it: the hash tells tenants apart and names none. */
const sessionName = (tenant: string) => `tenant-${createHash('sha256').update(tenant).digest('hex').slice(0, 32)}`;

/**
 * Opens the role that is assumed for tenants. This module alone loads STS. The AWS SDK keeps the credentials of each
 * connection until 5 minutes before they end, at most an hour, and calls once for all requests that wait for them.
 */
export function openTenantRole({ arn: RoleArn, sts, actions, notSupported }: RoleOptions) {
  const client = new STSClient({ ...sts, maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP });

  async function assume(tenant: string, Policy: string) {
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName(tenant), Policy });
    try {
      const { Credentials } = await client.send(command, { requestTimeout: ATTEMPT_MS });
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = Credentials ?? {};
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        ...(Expiration && { expiration: Expiration }),
      };
    } catch (error) {
      const isOfPolicy =
        error instanceof PackedPolicyTooLargeException || error instanceof MalformedPolicyDocumentException;
      if (isOfPolicy) throw notSupported;
      const failure = error as Error;
      failure.message = `AssumeRole of ${RoleArn}: ${failure.message}`;
      throw failure;
    }
  }

  return {
    /** How DynamoDB is called for the tenant. All share one set of TLS connections: a process has 1,024 sockets in Lambda. */
    connectionOf(tenant: string, prefix: string): Connection {
      const policy = sessionPolicy(prefix, actions);
      if (policy === undefined) throw notSupported;
      return { credentials: () => assume(tenant, policy), requestHandler: client.config.requestHandler };
    },
  };
}
