import type { ProfilePool } from '../../platform/contract/profile.js';
import { openSecret, type ManagedSecret } from '../aws/secrets-manager.js';
import { Failure } from '../failure.js';
import { isCognitoHost } from '../state/hosts.js';
import type { Machine } from '../state/machines.js';
import type { Target } from '../state/profiles.js';
import type { Terminal } from '../terminal/terminal.js';

/** A client as a document has it: its secret is there, or from its first rotation on in Secrets Manager. */
interface ConfidentialClient {
  readonly clientId: string;
  readonly clientSecret?: string | null;
  readonly clientSecretArn?: string;
}

/** A client whose secret is the one that works: Secrets Manager has been asked for it. */
export type ClientWithLiveSecret = Pick<ConfidentialClient, 'clientId' | 'clientSecret'> & {
  readonly clientSecretArn?: never;
};

/** A target whose client has the secret that works. */
export type LiveTarget = Target & { readonly pool: Omit<ProfilePool, 'clientSecretArn'> & ClientWithLiveSecret };

/** The JSON that Secrets Manager has of a client. */
export interface ManagedClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientSecretId: string;
  /** Of a machine: where its secret is sent, and what it asks for. */
  readonly tokenUrl?: string;
  readonly scopes?: readonly string[];
  /** Of people's client: where its secret is sent, and its user pool. */
  readonly cognitoEndpoint?: string;
  readonly userPoolId?: string;
}

/** What has been read, by the terminal of the run and the ARN: a run asks once, and nothing is stored. */
const values = new WeakMap<Terminal, Map<string, Promise<ManagedClient | undefined>>>();

/** The target with its client's secret as Secrets Manager has it. Throws as `liveSecret` does. */
export async function withLiveSecret(target: Target, terminal: Terminal): Promise<LiveTarget> {
  const { clientSecretArn: arn, ...pool } = target.pool;
  if (arn === undefined) return { ...target, pool };
  const clientSecret = await liveSecret(target.pool, arn, { address: target.profile.cognitoEndpoint, terminal });
  return { ...target, pool: { ...pool, clientSecret } };
}

/** The machine's secret as Secrets Manager has it, or else its document. Throws as `liveSecret` does. */
export async function liveMachineSecret(machine: Machine, terminal: Terminal): Promise<string> {
  const { clientSecret = '', clientSecretArn: arn, tokenUrl } = machine;
  return arn === undefined ? clientSecret : liveSecret(machine, arn, { address: tokenUrl, terminal });
}

/**
 * The secret that works: the document's own as long as Secrets Manager has none. Throws `secret_foreign` for a secret of
 * another client, or of one that has another address, and as `ManagedSecret.read` does.
 */
async function liveSecret(
  client: ConfidentialClient,
  arn: string,
  { address, terminal }: { address: string; terminal: Terminal },
): Promise<string> {
  const ofRun = values.get(terminal) ?? new Map<string, Promise<ManagedClient | undefined>>();
  values.set(terminal, ofRun);
  const reading =
    ofRun.get(arn) ?? openSecret(arn, terminal).then((secret) => readManagedClient(secret, client.clientId));
  ofRun.set(arn, reading);
  const value = await reading;
  if (value) return assertAddress(value, address).clientSecret;
  if (client.clientSecret) return client.clientSecret;
  throw new Failure('unexpected', 'secret_missing', {
    message: `Client ${client.clientId} has no secret: neither Secrets Manager has one, nor the profile.`,
    hint: 'Import the profile, or the machines, again.',
  });
}

/** What Secrets Manager has of a client; undefined before the first rotation. Throws `secret_foreign`. */
export async function readManagedClient(secret: ManagedSecret, clientId: string): Promise<ManagedClient | undefined> {
  const text = await secret.read();
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value?.clientId === clientId && typeof value.clientSecret === 'string') return value;
  throw new Failure('refused', 'secret_foreign', {
    message: `The secret ${secret.name} of Secrets Manager is not one of client ${clientId}: nothing was sent.`,
    hint: 'It is JSON, as a rotation writes it. If somebody else wrote it, restore its previous version.',
  });
}

function parse(text: string): ManagedClient | undefined {
  try {
    return { ...(JSON.parse(text) as ManagedClient) };
  } catch {
    return undefined;
  }
}

/**
 * A profile may come from anybody, and this secret isn't its author's: it goes to Amazon Cognito, or to the address that
 * was rotated with it. `--allow-host` vouches for a host, not for what a profile didn't bring.
 */
function assertAddress(value: ManagedClient, address: string): ManagedClient {
  const own = value.tokenUrl ?? value.cognitoEndpoint;
  if (isCognitoHost(new URL(address).hostname) || address === own) return value;
  throw new Failure('refused', 'secret_foreign', {
    message: `The secret of client ${value.clientId} in Secrets Manager is for ${own}, and not for ${address}: nothing was sent.`,
    hint: 'If that address is right, write it into the secret, which is JSON; otherwise import the profile again.',
  });
}
