import { describe, expect, test } from '@jest/globals';
import type { Cloud } from './cloud.js';

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
}
