import { describe, expect, test } from '@jest/globals';
import type { Cloud } from './cloud.js';

/** Where a client's secret must not be. */
export function secrets(cloud: () => Cloud) {
  describe('no client secret is', () => {
    function expectNoSecretIn(text: string) {
      const values = Object.values(cloud().outputs.client_secrets.value);
      expect(values).toHaveLength(3);
      expect(values.filter((secret) => secret.length < 20 || text.includes(secret))).toEqual([]);
    }

    test("in the function's environment", () => {
      expectNoSecretIn(JSON.stringify(cloud().deployed.function.environment));
    });

    test('in an output that is not sensitive', () => {
      const open = Object.entries(cloud().outputs).filter(([, { sensitive }]) => !sensitive);
      expect(open.map(([name]) => name)).toEqual([
        'api_url',
        'function_name',
        'machine_clients',
        'pools',
        'table_name',
      ]);
      expectNoSecretIn(JSON.stringify(open));
    });

    test('in what Terraform writes: the plan, the apply and the state as it shows it', async () => {
      const { terraform, applied } = cloud();
      expectNoSecretIn(applied.text);
      expectNoSecretIn((await terraform.succeed('show')).text);
    });
  });
}
