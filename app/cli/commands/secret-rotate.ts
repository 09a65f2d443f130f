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

/** A second secret that is stored nowhere is another run's for as long: it stores what it creates within 15 s. */
const STORED_WITHIN_MS = 60_000;

/**
 * Gives the client a second secret, stores it with the profile or in Secrets Manager, and deletes the first after --grace,
 * in which others who have the secret can get the new one. An interrupted rotation is finished by the next run: both
 * secrets work until then.
 */
export async function rotateSecret(context: CommandContext, { grace, machine }: RotateOptions): Promise<void> {
  const { runtime, terminal } = context;
  const graceMs = parseDuration(grace);
  if (graceMs === undefined) {
    throw usageError(`--grace ${JSON.stringify(grace)} is not a duration.`, 'Write it as 30s, 10m or 1d.');
  }
  const rotated = await (machine === undefined ? peoplesClient(context) : machineClient(context, machine));
  const cognito = await openCognito(context.profile().profile, terminal);
  const rotation = await withLock(`${rotated.path}.lock`, async () => {
    const started = await startRotation(context, cognito, rotated);
    await rotated.storage.settle();
    return started;
  });

  const left = rotation.since + graceMs - runtime.now();
  if (left > 0) {
    const time = describeDuration(left);
    terminal.say(`Both secrets work; the old one is deleted in ${time}. After Ctrl-C, the next run deletes it.`);
    await terminal.wait('Waiting', pause(left));
  }
  const { userPoolId: UserPoolId, clientId: ClientId, description, storage } = rotated;
  try {
    const old = { UserPoolId, ClientId, ClientSecretId: rotation.oldSecretId };
    await cognito.client.send(new cognito.sdk.DeleteUserPoolClientSecretCommand(old));
  } catch (error) {
    // Another run has finished it meanwhile.
    if (!hasAwsCode(error, 'ResourceNotFoundException')) throw error;
  }
  if (terminal.asJson) terminal.json({ ...description, rotated: true });
  else
    terminal.say(
      `Rotated the secret of client ${ClientId}: the old one is deleted, the new one is in ${storage.place}.`,
    );
}

async function startRotation(
  { runtime, terminal }: CommandContext,
  cognito: Cognito,
  rotated: RotatedClient,
): Promise<Rotation> {
  const { sdk, client } = cognito;
  const { userPoolId: UserPoolId, clientId: ClientId, storage } = rotated;
  const command = new sdk.ListUserPoolClientSecretsCommand({ UserPoolId, ClientId });
  const { ClientSecrets: secrets = [] } = await client.send(command);
  const [oldest, newest] = secrets.toSorted((a, b) => createdAt(a) - createdAt(b));
  if (!oldest?.ClientSecretId) {
    throw new Failure('usage', 'secret_missing', {
      message: `Client ${ClientId} has no secret to rotate.`,
      hint: 'Name another pool with --pool.',
    });
  }
  if (newest) {
    const resumed = await resumeRotation(rotated, secrets);
    if (resumed) return resumed;
    if (!storage.isShared || (cognito.serverTime() ?? 0) - createdAt(newest) < STORED_WITHIN_MS)
      throw elsewhere(storage.place);
    // The run that created it ended before it was stored: nobody has it.
    const { ClientSecretId } = newest;
    await client.send(new sdk.DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
  }
  // If the stored secret is out of date, the client's only secret is in use elsewhere: deleting it would lock others out.
  await rotated.assertSecret(cognito);

  const added = await client.send(new sdk.AddUserPoolClientSecretCommand({ UserPoolId, ClientId }));
  const { ClientSecretId, ClientSecretValue } = added.ClientSecretDescriptor ?? {};
  try {
    if (!ClientSecretId || !ClientSecretValue) throw new Error('Cognito returned no secret');
    await storage.store({ clientSecret: ClientSecretValue, clientSecretId: ClientSecretId });
  } catch (error) {
    // Cognito shows a secret once: one that could not be stored is useless. Without an answer, it may be stored.
    if (ClientSecretId && !(error instanceof Failure && error.exit === 'unreachable')) {
      await client.send(new sdk.DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
    }
    throw error;
  }
  terminal.say(`A new secret of client ${ClientId} is in ${storage.place}.`);
  return { oldSecretId: oldest.ClientSecretId, since: runtime.now() };
}

/** Continues an interrupted rotation if the newer secret is the stored one; another operator's is left alone. */
async function resumeRotation(
  { storage }: RotatedClient,
  secrets: ClientSecretDescriptorType[],
): Promise<Rotation | undefined> {
  const ownId = await storage.secretId();
  const own = secrets.find(({ ClientSecretId }) => ClientSecretId === ownId);
  const other = secrets.find(({ ClientSecretId }) => ClientSecretId !== ownId);
  if (!own || !other?.ClientSecretId || createdAt(own) < createdAt(other)) return undefined;
  return { oldSecretId: other.ClientSecretId, since: createdAt(own) };
}

const createdAt = ({ ClientSecretCreateDate }: ClientSecretDescriptorType) => ClientSecretCreateDate?.getTime() ?? 0;

function elsewhere(place: string) {
  return new Failure('unexpected', 'rotation_elsewhere', {
    message: `The client has two secrets, and the newer one is not in ${place}: somebody else is rotating it.`,
    hint: 'Wait until they finish; or see which secret is unused: aws cognito-idp list-user-pool-client-secrets',
  });
}
