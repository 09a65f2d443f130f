import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSecretDescriptorType } from '@aws-sdk/client-cognito-identity-provider';
import type { ProfilePool } from '../../platform/contract/profile.js';
import { hasAwsCode } from '../aws/aws-error.js';
import { openCognito, type Cognito } from '../aws/clients.js';
import { isSecretRefused, probeSignIn } from '../aws/probe.js';
import type { CommandContext } from '../context.js';
import { Failure, usageError } from '../failure.js';
import { signInFailure } from '../session/sign-in.js';
import { withLock } from '../state/lock.js';
import { writePrivateFile } from '../state/private-file.js';
import type { StoredProfile } from '../state/profile-format.js';
import { loadProfile, profilePath, type Target } from '../state/profiles.js';
import { describeDuration, parseDuration } from '../terminal/duration.js';

export interface RotateOptions {
  grace: string;
}

/** A rotation under way: the id of the old secret, and when the new one was created (milliseconds since the epoch). */
interface Rotation {
  oldSecretId: string;
  since: number;
}

/**
 * Gives the client a second secret, stores it in the profile, and deletes the first after --grace, in which other users of
 * the profile can import it again. An interrupted rotation is finished by the next run: both secrets work until then.
 */
export async function rotateSecret(context: CommandContext, { grace }: RotateOptions): Promise<void> {
  const { runtime, terminal } = context;
  const graceMs = parseDuration(grace);
  if (graceMs === undefined) {
    throw usageError(`--grace ${JSON.stringify(grace)} is not a duration.`, 'Write it as 30s, 10m or 1d.');
  }
  const target = context.target();
  const cognito = await openCognito(target.profile, terminal);
  const path = profilePath(target.profileName, runtime);
  const rotation = await withLock(`${path}.lock`, () => startRotation(context, cognito, target, path));

  const left = rotation.since + graceMs - runtime.now();
  if (left > 0) {
    const time = describeDuration(left);
    terminal.say(`Both secrets work; the old one is deleted in ${time}. After Ctrl-C, the next run deletes it.`);
    await terminal.wait('Waiting', pause(left));
  }
  const { userPoolId: UserPoolId, clientId: ClientId } = target.pool;
  try {
    const old = { UserPoolId, ClientId, ClientSecretId: rotation.oldSecretId };
    await cognito.client.send(new cognito.sdk.DeleteUserPoolClientSecretCommand(old));
  } catch (error) {
    // Another run has finished it meanwhile.
    if (!hasAwsCode(error, 'ResourceNotFoundException')) throw error;
  }
  if (terminal.asJson) {
    terminal.json({ profile: target.profileName, pool: target.poolName, clientId: ClientId, rotated: true });
  } else {
    terminal.say(`Rotated the secret of client ${ClientId}: the old one is deleted, the new one is in the profile.`);
  }
}

async function startRotation(
  context: CommandContext,
  cognito: Cognito,
  target: Target,
  path: string,
): Promise<Rotation> {
  const { runtime, terminal } = context;
  const { sdk, client } = cognito;
  const { userPoolId: UserPoolId, clientId: ClientId } = target.pool;
  const command = new sdk.ListUserPoolClientSecretsCommand({ UserPoolId, ClientId });
  const { ClientSecrets: secrets = [] } = await client.send(command);
  const [first, second] = secrets;
  if (!first?.ClientSecretId) {
    throw new Failure('usage', 'secret_missing', {
      message: `Client ${ClientId} has no secret to rotate.`,
      hint: 'Name another pool with --pool.',
    });
  }
  if (second) return resumeRotation(context, target, secrets);
  // If the profile's secret is out of date, the client's only secret is in use elsewhere: deleting it would lock others out.
  const refusal = await probeSignIn(cognito, target.pool);
  if (isSecretRefused(refusal)) throw signInFailure(refusal, '', target);

  const added = await client.send(new sdk.AddUserPoolClientSecretCommand({ UserPoolId, ClientId }));
  const { ClientSecretId, ClientSecretValue } = added.ClientSecretDescriptor ?? {};
  try {
    if (!ClientSecretId || !ClientSecretValue) throw new Error('Cognito returned no secret');
    // Read again: another process may have written the profile since this command started.
    const profile = loadProfile(target.profileName, runtime);
    const changed = withSecret(profile, target.poolName, ClientSecretValue, ClientSecretId);
    writePrivateFile(path, `${JSON.stringify(changed, null, 2)}\n`);
  } catch (error) {
    // Cognito shows a secret once: one that could not be stored is useless.
    if (ClientSecretId) {
      await client.send(new sdk.DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
    }
    throw error;
  }
  terminal.say(`The profile ${target.profileName} has a new secret of client ${ClientId}.`);
  return { oldSecretId: first.ClientSecretId, since: runtime.now() };
}

/** Continues an interrupted rotation if this profile has the newer secret; leaves another operator's alone. */
function resumeRotation(
  { runtime }: CommandContext,
  { profileName, poolName }: Target,
  secrets: ClientSecretDescriptorType[],
): Rotation {
  const ownId = loadProfile(profileName, runtime).pools[poolName]?.clientSecretId;
  const own = secrets.find(({ ClientSecretId }) => ClientSecretId === ownId);
  const other = secrets.find(({ ClientSecretId }) => ClientSecretId !== ownId);
  if (own && other?.ClientSecretId) {
    return { oldSecretId: other.ClientSecretId, since: own.ClientSecretCreateDate?.getTime() ?? 0 };
  }
  throw new Failure('unexpected', 'rotation_elsewhere', {
    message: "The client has two secrets, and the newer one is not this profile's: somebody else is rotating it.",
    hint: 'Wait until they finish; or see which secret is unused: aws cognito-idp list-user-pool-client-secrets',
  });
}

function withSecret(profile: StoredProfile, poolName: string, clientSecret: string, clientSecretId: string) {
  const pool = profile.pools[poolName] as ProfilePool;
  return { ...profile, pools: { ...profile.pools, [poolName]: { ...pool, clientSecret, clientSecretId } } };
}
