import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { COMMAND_CALLBACK_URLS } from '../../app/platform/contract/command-callbacks.js';
import type { Cloud } from '../cloud/cloud.js';
import { initTerraform } from '../cloud/terraform.js';
import { readTfvars, tfvarsFiles, type Tfvars } from '../cloud/tfvars.js';

/** The tfvars files in infra/, each with the API that was built. */
export function tfvarsFilesPlan(cloud: () => Cloud) {
  describe('the tfvars files', () => {
    let values: Readonly<Record<string, Tfvars>>;

    beforeAll(async () => {
      // What dev.tfvars makes is deployed.
      const files = (await tfvarsFiles()).filter((name) => name !== 'dev');
      values = await readTfvars(cloud().terraform, cloud().scratch, files);
    });

    test('plan, or are refused for the pools that they name and the API does not declare', async () => {
      expect(Object.keys(values)).toContain('prod');
      const { terraform, documents, package: folder } = cloud();
      for (const [name, { pools = {} }] of Object.entries(values)) {
        const { status, text } = await terraform.run(
          'plan',
          '-lock=false',
          '-refresh=false',
          '-input=false',
          `-var-file=${name}.tfvars`,
          `-var=package_dir=${folder}`,
        );
        const unknown = Object.keys(pools as object).filter((pool) => !(pool in documents.pools));
        const refused = /No such pool: (?<names>[^.]+)\./.exec(text)?.groups?.['names'] ?? '';
        expect({ name, status, refused }).toEqual({
          name,
          status: unknown.length === 0 ? 0 : 1,
          refused: unknown.toSorted().join(', '),
        });
      }
    });

    test('let the command come back to each of its addresses, or to none', () => {
      const lists = Object.values(values)
        .flatMap(({ pools = {} }) => Object.values(pools as Readonly<Record<string, { managed_login?: object }>>))
        .flatMap(({ managed_login = {} }) => Object.values(managed_login) as unknown[])
        .filter((list): list is string[] => Array.isArray(list));
      for (const list of lists) {
        const loopback = list.filter((address) => address.startsWith('http://127.0.0.1:'));
        expect([[], COMMAND_CALLBACK_URLS]).toContainEqual(loopback);
      }
    });
  });

  test('state and data that a deployment left in the folder are not used', async () => {
    const { scratch, emulator } = cloud();
    const folder = join(scratch, 'deployed-from');
    await mkdir(join(folder, '.terraform'), { recursive: true });
    await mkdir(join(folder, 'terraform.tfstate.d/other'), { recursive: true });
    await writeFile(join(folder, 'main.tf'), 'output "here" {\n  value = path.root\n}\n');
    const nonsense = ['terraform.tfstate', 'terraform.tfstate.backup', '.terraform.tfstate.lock.info', 'a.tfplan'];
    for (const name of [...nonsense, '.terraform/terraform.tfstate', '.terraform/environment']) {
      await writeFile(join(folder, name), 'nonsense');
    }

    const terraform = await initTerraform(folder, { scratch, environment: emulator.environment });
    await terraform.succeed('apply', '-auto-approve');
    expect((await terraform.succeed('output', '-raw', 'here')).stdout).toBe('.');
    expect((await readdir(terraform.folder)).toSorted()).toEqual(['backend_override.tf', 'main.tf']);
  });
}
