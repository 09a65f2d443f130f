import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSecretDescriptorType } from '@aws-sdk/client-cognito-identity-provider';
import { hasAwsCode } from '../aws/aws-error.js';
import { openCognito, type Cognito } from '../aws/clients.js';
import type { CommandContext } from '../context.js';
import { Failure, usageError } from '../failure.js';
import { withLock } from '../state/lock.js';
import { describeDuration, parseDuration } from '../terminal/duration.js';
import { machineClient, peoplesClient, type RotatedClient } from './rotated-client.js';

export interface RotateOptions {
  grace: string;
  machine?: string | true;
}

/** A rotation under way: the id of the old secret, and when the new one was created (milliseconds since the epoch). */
interface Rotation {
  oldSecretId: string;
  since: number;
}

/**
 * Gives the client a second secret, stores it with the profile, and deletes the first after --grace, in which others who
 * have the secret can get the new one. An interrupted rotation is finished by the next run: both secrets work until then.
 */
export async function rotateSecret(context: CommandContext, { grace, machine }: RotateOptions): Promise<void> {
  const { runtime, terminal } = context;
  const graceMs = parseDuration(grace);
  if (graceMs === undefined) {
    throw usageError(`--grace ${JSON.stringify(grace)} is not a duration.`, 'Write it as 30s, 10m or 1d.');
  }
  const rotated = machine === undefined ? peoplesClient(context) : await machineClient(context, machine);
  const cognito = await openCognito(context.profile().profile, terminal);
  const rotation = await withLock(`${rotated.path}.lock`, () => startRotation(context, cognito, rotated));

  const left = rotation.since + graceMs - runtime.now();
  if (left > 0) {
    const time = describeDuration(left);
    terminal.say(`Both secrets work; the old one is deleted in ${time}. After Ctrl-C, the next run deletes it.`);
    await terminal.wait('Waiting', pause(left));
  }
  const { userPoolId: UserPoolId, clientId: ClientId, description, place } = rotated;
  try {
    const old = { UserPoolId, ClientId, ClientSecretId: rotation.oldSecretId };
    await cognito.client.send(new cognito.sdk.DeleteUserPoolClientSecretCommand(old));
  } catch (error) {
    // Another run has finished it meanwhile.
    if (!hasAwsCode(error, 'ResourceNotFoundException')) throw error;
  }
  if (terminal.asJson) terminal.json({ ...description, rotated: true });
  else terminal.say(`Rotated the secret of client ${ClientId}: the old one is deleted, the new one is in ${place}.`);
}

async function startRotation(
  { runtime, terminal }: CommandContext,
  cognito: Cognito,
  rotated: RotatedClient,
): Promise<Rotation> {
  const { sdk, client } = cognito;
  const { userPoolId: UserPoolId, clientId: ClientId, place } = rotated;
  const command = new sdk.ListUserPoolClientSecretsCommand({ UserPoolId, ClientId });
  const { ClientSecrets: secrets = [] } = await client.send(command);
  const [first, second] = secrets;
  if (!first?.ClientSecretId) {
    throw new Failure('usage', 'secret_missing', {
      message: `Client ${ClientId} has no secret to rotate.`,
      hint: 'Name another pool with --pool.',
    });
  }
  if (second) return resumeRotation(rotated, secrets);
  // If the stored secret is out of date, the client's only secret is in use elsewhere: deleting it would lock others out.
  await rotated.assertSecret(cognito);

  const added = await client.send(new sdk.AddUserPoolClientSecretCommand({ UserPoolId, ClientId }));
  const { ClientSecretId, ClientSecretValue } = added.ClientSecretDescriptor ?? {};
  try {
    if (!ClientSecretId || !ClientSecretValue) throw new Error('Cognito returned no secret');
    rotated.store({ clientSecret: ClientSecretValue, clientSecretId: ClientSecretId });
  } catch (error) {
    // Cognito shows a secret once: one that could not be stored is useless.
    if (ClientSecretId) {
      await client.send(new sdk.DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
    }
    throw error;
  }
  terminal.say(`A new secret of client ${ClientId} is in ${place}.`);
  return { oldSecretId: first.ClientSecretId, since: runtime.now() };
}

/** Continues an interrupted rotation if the newer secret is the stored one; leaves another operator's alone. */
function resumeRotation(rotated: RotatedClient, secrets: ClientSecretDescriptorType[]): Rotation {
  const ownId = rotated.storedSecretId();
  const own = secrets.find(({ ClientSecretId }) => ClientSecretId === ownId);
  const other = secrets.find(({ ClientSecretId }) => ClientSecretId !== ownId);
  if (own && other?.ClientSecretId) {
    return { oldSecretId: other.ClientSecretId, since: own.ClientSecretCreateDate?.getTime() ?? 0 };
  }
  throw new Failure('unexpected', 'rotation_elsewhere', {
    message: `The client has two secrets, and the newer one is not in ${rotated.place}: somebody else is rotating it.`,
    hint: 'Wait until they finish; or see which secret is unused: aws cognito-idp list-user-pool-client-secrets',
  });
}
