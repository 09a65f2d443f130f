import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { MachineClient, Profile, ProfilePool } from '../../app/platform/contract/profile.js';
import { startEmulator as startAws } from '../harness/emulated-aws.js';
import { startFlaky, type FlakyProxy } from '../harness/flaky-proxy.js';
import { createApp, createClient, PASSWORD, secretHash, startEmulator, type Emulator } from '../local/emulator.js';
import { newPerson, type Person } from './environment.js';

/** A local Cognito and an emulated Secrets Manager, both behind proxies that make calls fail. */
export interface ManagedSecrets {
  readonly emulator: Emulator;
  readonly cognito: FlakyProxy;
  readonly manager: FlakyProxy;
  /** Secrets Manager itself. */
  readonly sdk: SecretsManager;
  newDeployment(): Promise<Deployment>;
  stop(): Promise<void>;
}

/** A pool with clients for people and for the machine `kitchen`, each with a secret in Secrets Manager that has no value. */
export interface Deployment {
  readonly profile: Profile;
  readonly client: ProfilePool & { clientSecret: string; clientSecretArn: string };
  readonly kitchen: MachineClient & { clientSecretArn: string };
  /** An operator who has imported the profile and the machines as `cloud`. */
  newOperator(documents?: { profile?: object; kitchen?: object }): Promise<Person>;
  /** How many secrets Cognito has of a client. */
  count(clientId: string): Promise<number>;
  /** Whether Cognito takes a secret of the people's client. */
  isTaken(clientSecret: unknown): Promise<boolean>;
  /** What Secrets Manager has of a client, or undefined. */
  value(client: { clientSecretArn: string }): Promise<Record<string, unknown> | undefined>;
}

/** The flags that name an operator's profile. */
export const CLOUD = ['--profile', 'cloud'];
export const login = (person: Person, ...flags: string[]) =>
  person.run(['login', 'regular', '--password-stdin', ...CLOUD, ...flags], { input: PASSWORD });
export const loginMachine = (person: Person, ...flags: string[]) =>
  person.run(['login', '--machine', ...CLOUD, ...flags]);
export const rotate = (person: Person, ...flags: string[]) =>
  person.run(['secret', 'rotate', '--grace', '0s', ...CLOUD, ...flags]);

export async function startManagedSecrets(): Promise<ManagedSecrets> {
  const [aws, emulator] = await Promise.all([startAws(), startEmulator()]);
  // Cognito's answers have the real time as their date, its records the emulator's: both secrets must not be new.
  emulator.pass({ minutes: -10 });
  const cognito = await startFlaky(emulator.endpoint());
  const manager = await startFlaky(aws.url);
  const sdk = new SecretsManager(aws.client);
  let names = 0;

  async function newSecret(place: string, clientId: string) {
    names += 1;
    const { ARN = '' } = await sdk.createSecret({ Name: `deployment-${names}/${place}/${clientId}` });
    return ARN;
  }

  async function newDeployment(): Promise<Deployment> {
    const people = await createApp(emulator);
    const { UserPoolId: userPoolId } = people;
    const user = { UserPoolId: userPoolId, Username: 'regular' };
    await emulator.sdk.adminCreateUser({ ...user, MessageAction: 'SUPPRESS' });
    await emulator.sdk.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
    const scope = { ScopeName: 'items.write', ScopeDescription: 'Write.' };
    const server = { UserPoolId: userPoolId, Identifier: 'fixture-api', Name: 'Fixture API', Scopes: [scope] };
    await emulator.sdk.createResourceServer(server);
    const machine = await createClient(emulator.sdk, userPoolId, {
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['fixture-api/items.write'],
    });

    const issuer = `${emulator.endpoint()}/${userPoolId}`;
    const client = {
      userPoolId,
      clientId: people.ClientId,
      clientSecret: people.clientSecret,
      clientSecretArn: await newSecret('customers/people', people.ClientId),
      issuer,
      jwksUri: `${issuer}/.well-known/jwks.json`,
    };
    const kitchen = {
      clientId: machine.ClientId,
      clientSecret: machine.clientSecret,
      clientSecretArn: await newSecret('staff/kitchen', machine.ClientId),
      tokenUrl: `${emulator.endpoint()}/oauth2/token`,
      scopes: ['fixture-api/items.write'],
    };
    const cognitoEndpoint = cognito.endpoint;
    const pools = { customers: client, staff: client };
    const profile = { apiUrl: cognitoEndpoint, cognitoEndpoint, region: 'us-east-1', pools };
    return {
      profile,
      client,
      kitchen,
      async newOperator(documents = {}) {
        const dir = join(emulator.dir, 'people');
        await mkdir(dir, { recursive: true });
        const person = await newPerson(dir, { ...aws.environment, AWS_ENDPOINT_URL: manager.endpoint });
        const run = (document: object, ...flags: string[]) =>
          person.run(['profile', 'add', 'cloud', ...flags], { input: JSON.stringify(document) });
        const imported = [
          await run(documents.profile ?? profile),
          await run({ kitchen: documents.kitchen ?? kitchen }, '--machines'),
        ];
        const failed = imported.find(({ code }) => code !== 0);
        if (failed) throw new Error(failed.stderr);
        return person;
      },
      async count(clientId) {
        const secrets = await emulator.sdk.listUserPoolClientSecrets({ UserPoolId: userPoolId, ClientId: clientId });
        return secrets.ClientSecrets?.length ?? 0;
      },
      async isTaken(clientSecret) {
        const ClientId = client.clientId;
        const SECRET_HASH = secretHash(String(clientSecret), 'regular', ClientId);
        const AuthParameters = { USERNAME: 'regular', PASSWORD, SECRET_HASH };
        const signIn = emulator.sdk.initiateAuth({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters });
        return signIn.then(
          () => true,
          () => false,
        );
      },
      async value({ clientSecretArn: SecretId }) {
        const { VersionIdsToStages } = await sdk.describeSecret({ SecretId });
        if (!VersionIdsToStages || Object.keys(VersionIdsToStages).length === 0) return undefined;
        const { SecretString = '' } = await sdk.getSecretValue({ SecretId });
        return JSON.parse(SecretString) as Record<string, unknown>;
      },
    };
  }

  return {
    emulator,
    cognito,
    manager,
    sdk,
    newDeployment,
    async stop() {
      sdk.destroy();
      await Promise.all([cognito.close(), manager.close()]);
      await Promise.all([aws.stop(), emulator.stop()]);
    },
  };
}

/** What the command has stored of a deployment's clients. */
export async function storedClients({ state }: Person) {
  const read = async (file: string) => JSON.parse(await readFile(join(state, 'profiles', file), 'utf8')) as unknown;
  const { pools } = (await read('cloud.json')) as { pools: Record<string, unknown> };
  const { kitchen } = (await read('cloud.machines.json')) as { kitchen: unknown };
  return { client: pools['customers'], kitchen };
}
