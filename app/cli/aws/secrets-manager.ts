import { Failure } from '../failure.js';
import { parseSecretArn } from '../state/profile-format.js';
import type { Terminal } from '../terminal/terminal.js';
import { hasAwsCode } from './aws-error.js';
import { clientOptions, instrument } from './clients.js';

/** A secret of Secrets Manager. */
export interface ManagedSecret {
  readonly name: string;
  /** Its current value; undefined as long as it has none. Throws `secret_missing`, `secret_access_refused` and `unreachable`. */
  readonly read: () => Promise<string | undefined>;
  /** Makes a value the current one. Throws as `read` does. */
  readonly replace: (value: string) => Promise<void>;
}

/**
 * A secret, with the operator's AWS credentials. It is looked up by its name, which Secrets Manager finds in their own
 * account alone: a profile that names a secret of somebody else's account can neither supply a secret nor receive one.
 */
export async function openSecret(arn: string, terminal: Terminal): Promise<ManagedSecret> {
  const { region = '', name = '' } = parseSecretArn(arn) ?? {};
  const sdk = await import('@aws-sdk/client-secrets-manager');
  const client = new sdk.SecretsManagerClient(clientOptions(region));
  instrument(client, { service: 'Secrets Manager', terminal, signsAsOperator: true });

  async function perform<T>(permission: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      // The second: it is to be deleted.
      if (hasAwsCode(error, 'ResourceNotFoundException', 'InvalidRequestException')) throw missing(arn, name);
      if (!(error instanceof Failure) || error.code !== 'aws_credentials_refused') throw error;
      throw new Failure('refused', 'secret_access_refused', {
        message: `The client's secret is in Secrets Manager, for AWS credentials that may ${permission} on ${arn}. ${error.message}`,
        hint: `Sign in to AWS (aws sso login), set AWS_PROFILE, or have ${permission} permitted.`,
      });
    }
  }

  return {
    name,
    read: () =>
      perform('secretsmanager:GetSecretValue', async () => {
        try {
          const { ARN, SecretString } = await client.send(new sdk.GetSecretValueCommand({ SecretId: name }));
          if (ARN !== arn) throw missing(arn, name);
          return SecretString;
        } catch (error) {
          if (hasAwsCode(error, 'ResourceNotFoundException') && /secret value/i.test(error.awsMessage))
            return undefined;
          throw error;
        }
      }),
    replace: (value) =>
      perform('secretsmanager:PutSecretValue', async () => {
        await client.send(new sdk.PutSecretValueCommand({ SecretId: name, SecretString: value }));
      }),
  };
}

function missing(arn: string, name: string) {
  return new Failure('unexpected', 'secret_missing', {
    message: `The account of your AWS credentials has no secret ${name} with the ARN ${arn}.`,
    hint: 'Use AWS credentials of the account that has the deployment, or import the profile again.',
  });
}
