import { ListSecretsCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import type { Cloud } from './cloud.js';
import { known } from './deployed.js';

/** Where a client's secret must not be. */
export function secrets(cloud: () => Cloud) {
  describe('no client secret is', () => {
    const machineSecrets = () => Object.values(cloud().outputs.machines.value).map(({ clientSecret }) => clientSecret);

    function expectNoSecretIn(text: string) {
      const values = [...Object.values(cloud().outputs.client_secrets.value), ...machineSecrets()];
      const clients = Object.values(cloud().documents.pools).flatMap((pool) => Object.values(pool.clients));
      expect(values).toHaveLength(clients.filter((client) => client.type === 'machine' || client.secret).length);
      expect(values.filter((secret) => secret.length < 20 || text.includes(secret))).toEqual([]);
    }

    test("in the function's environment", () => {
      expectNoSecretIn(JSON.stringify(cloud().deployed.function.environment));
    });

    test('in an output that is not sensitive', () => {
      const open = Object.entries(cloud().outputs).filter(([, { sensitive }]) => !sensitive);
      expect(open.map(([name]) => name)).toEqual([
        'alarm_names',
        'alarm_topic_arn',
        'api_url',
        'dns_records',
        'function_name',
        'pools',
        'release',
        'signing_keys',
        'table_name',
      ]);
      expectNoSecretIn(JSON.stringify(open));
    });

    test("in a person's profile, if it is a machine's", () => {
      const profile = JSON.stringify(cloud().outputs.profile.value);
      expect(machineSecrets().filter((secret) => profile.includes(secret))).toEqual([]);
    });

    test('in what Terraform prints: the plan, the apply and the state', async () => {
      const { terraform, applied } = cloud();
      expectNoSecretIn(applied.text);
      expectNoSecretIn((await terraform.succeed('show')).text);
    });
  });

  describe('Secrets Manager', () => {
    const manager = () => new SecretsManagerClient(cloud().emulator.client);

    /** The clients with a secret, by `POOL/CLIENT`. */
    function clientsWithSecrets() {
      const { documents, outputs } = cloud();
      const people = Object.entries(outputs.profile.value.pools).map(([pool, client]) => [`${pool}/people`, client]);
      const machines = Object.entries(documents.pools).flatMap(([pool, { clients }]) =>
        Object.entries(clients)
          .filter(([, { type }]) => type === 'machine')
          .map(([name]) => [`${pool}/${name}`, outputs.machines.value[name]]),
      );
      const entries = [...people, ...machines] as [string, { clientId: string; clientSecretArn?: string }][];
      return new Map(entries);
    }

    test("has a place for each client's secret, without a value, that profile and machines name", async () => {
      const { SecretList = [] } = await manager().send(new ListSecretsCommand({}));
      const name = cloud().outputs.function_name.value;
      expect(Object.fromEntries(SecretList.map(({ Name, ARN }) => [Name, ARN]))).toEqual(
        Object.fromEntries(
          Array.from(clientsWithSecrets(), ([place, { clientId, clientSecretArn }]) => [
            `${name}/${place}/${clientId}`,
            known(clientSecretArn),
          ]),
        ),
      );
      const tags = [{ Key: 'environment', Value: 'dev' }];
      expect(SecretList.map(({ Tags, SecretVersionsToStages = {} }) => [Tags, SecretVersionsToStages])).toEqual(
        SecretList.map(() => [tags, {}]),
      );
    });

    // The emulated AWS has no second secret of a client: test/cli/managed-secret.test.ts rotates on the local Cognito.
    test('keeps what a rotation stores there: no plan has anything to do, and no state has it', async () => {
      const { terraform, options } = cloud();
      const SecretString = 'stored-by-a-rotation';
      for (const { clientSecretArn } of clientsWithSecrets().values())
        await manager().send(new PutSecretValueCommand({ SecretId: clientSecretArn, SecretString }));
      expect(await terraform.run('plan', '-lock=false', '-detailed-exitcode', ...options)).toMatchObject({ status: 0 });
      await terraform.succeed('apply', '-refresh-only', '-auto-approve', ...options);
      const state = (await terraform.succeed('state', 'pull')).stdout;
      expect(state).toContain('aws_secretsmanager_secret');
      expect(state).not.toContain(SecretString);
    });
  });
}
