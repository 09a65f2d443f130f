import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSecretDescriptorType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsRefusal } from '../aws/aws-failure.js';
import { openCognito, type Cognito } from '../aws/cognito.js';
import type { Parts } from '../command.js';
import { describeDuration, parseDuration } from '../terminal/duration.js';
import { Failure } from '../failure.js';
import { withLock } from '../state/lock.js';
import { writePrivateFile } from '../state/private-write.js';
import type { Profile, ProfilePool } from '../state/profile.js';
import { isSecretRefused, refusalOfNobody } from '../aws/probe.js';
import { loadProfile, profilePath, type Target } from '../state/profiles.js';
import { signInFailure } from '../session/sign-in-failure.js';

export interface RotateOptions {
  grace: string;
}

/** One pass of the rotation: which secret is to go, and when it was superseded. */
interface Rotation {
  old: string;
  since: number;
}

/**
 * Gives the client a second secret, has the profile use it, and removes the first once whoever still uses that has had
 * --grace to fetch the profile. Interrupted, it is finished by running it again: both secrets work until then.
 */
export async function rotateSecret(parts: Parts, { grace }: RotateOptions): Promise<void> {
  const { runtime, terminal } = parts;
  const milliseconds = parseDuration(grace);
  if (milliseconds === undefined) {
    throw new Failure('usage', 'usage', {
      message: `--grace ${JSON.stringify(grace)} is not a duration.`,
      hint: 'Write it as 30s, 10m or 1d.',
    });
  }
  const target = parts.target();
  const cognito = await openCognito(target.profile, terminal);
  const path = profilePath(target.profileName, runtime);
  const rotation = await withLock(`${path}.lock`, () => supersede(parts, cognito, target, path));

  const left = rotation.since + milliseconds - runtime.now();
  if (left > 0) {
    terminal.say(
      `Both secrets work; the old one is removed in ${describeDuration(left)}. Ctrl-C leaves that to another run.`,
    );
    await terminal.wait('Waiting', pause(left));
  }
  const { userPoolId: UserPoolId, clientId: ClientId } = target.pool;
  try {
    const old = { UserPoolId, ClientId, ClientSecretId: rotation.old };
    await cognito.client.send(new cognito.sdk.DeleteUserPoolClientSecretCommand(old));
  } catch (error) {
    // Another run has finished it meanwhile.
    if (!(error instanceof AwsRefusal && error.reason === 'ResourceNotFoundException')) throw error;
  }
  if (terminal.asJson)
    terminal.json({ profile: target.profileName, pool: target.poolName, clientId: ClientId, rotated: true });
  else
    terminal.say(
      `Rotated the secret of client ${ClientId}: the old one no longer works, the new one is in the profile.`,
    );
}

async function supersede(parts: Parts, cognito: Cognito, target: Target, path: string): Promise<Rotation> {
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
  if (second) return unfinished(parts, target, secrets);
  const refusal = await refusalOfNobody(cognito, target.pool);
  // Then the one secret there is would be somebody else's, and removing it would lock them out.
  if (isSecretRefused(refusal)) throw signInFailure(refusal, '');

  const added = await client.send(new sdk.AddUserPoolClientSecretCommand({ UserPoolId, ClientId }));
  const { ClientSecretId, ClientSecretValue } = added.ClientSecretDescriptor ?? {};
  try {
    if (!ClientSecretId || !ClientSecretValue) throw new Error('Cognito gave no secret');
    // As it is now: somebody may have written the profile since this command began.
    const profile = loadProfile(target.profileName, parts.runtime);
    const changed = withSecret(profile, target.poolName, ClientSecretValue, ClientSecretId);
    writePrivateFile(path, `${JSON.stringify(changed, null, 2)}\n`);
  } catch (error) {
    // It is shown once: what could not be kept is of no use to anyone.
    if (ClientSecretId) {
      await client.send(new sdk.DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
    }
    throw error;
  }
  parts.terminal.say(`The profile ${target.profileName} has a new secret of client ${ClientId}.`);
  return { old: first.ClientSecretId, since: parts.runtime.now() };
}

/** A rotation that was interrupted goes on, if this profile has the newer secret; nobody else's is touched. */
function unfinished(parts: Parts, { profileName, poolName }: Target, secrets: ClientSecretDescriptorType[]): Rotation {
  const ours = loadProfile(profileName, parts.runtime).pools[poolName]?.clientSecretId;
  const mine = secrets.find(({ ClientSecretId }) => ClientSecretId === ours);
  const other = secrets.find(({ ClientSecretId }) => ClientSecretId !== ours);
  if (mine && other?.ClientSecretId)
    return { old: other.ClientSecretId, since: mine.ClientSecretCreateDate?.getTime() ?? 0 };
  throw new Failure('unexpected', 'rotation_elsewhere', {
    message:
      'The client has two secrets already, and this profile does not say that the newer one is its own: somebody else is rotating it.',
    hint: 'Let them finish; or see which may go: aws cognito-idp list-user-pool-client-secrets',
  });
}

function withSecret(profile: Profile, poolName: string, clientSecret: string, clientSecretId: string): Profile {
  const pool = profile.pools[poolName] as ProfilePool;
  return { ...profile, pools: { ...profile.pools, [poolName]: { ...pool, clientSecret, clientSecretId } } };
}
