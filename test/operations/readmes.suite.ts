import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Cloud } from '../cloud/cloud.js';
import { initTerraform, plannedChanges } from '../cloud/terraform.js';

const FOLDERS = [
  '.',
  ...[
    'user-pool',
    'user-pool-client',
    'function',
    'http-api',
    'edge',
    'monitoring',
    'revocation-events',
    'table',
    'tenant-role',
  ].map((name) => `modules/${name}`),
];

const read = (folder: string, file: string) => readFile(join('infra', folder, file), 'utf8');

/** The names of a folder's variables and outputs. */
async function names(folder: string) {
  const code = `${await read(folder, 'variables.tf')}\n${await read(folder, 'outputs.tf')}`;
  return [...code.matchAll(/^(?:variable|output) "(?<name>\w+)"/gm)].map(({ groups }) => groups?.['name'] ?? '');
}

/** The READMEs name every input and output, and their examples work. */
export function readmes(cloud: () => Cloud) {
  describe('the READMEs', () => {
    test.each(FOLDERS)('of %s names every input and output', async (folder) => {
      const readme = await read(folder, 'README.md');
      const missing = (await names(folder)).filter((name) => !new RegExp(`\`${name}[\`.]`).test(readme));
      expect(missing).toEqual([]);
    });

    test('cover every module', async () => {
      expect((await readdir('infra/modules')).map((name) => `modules/${name}`).toSorted()).toEqual(
        FOLDERS.slice(1).toSorted(),
      );
    });

    test('have examples that plan', async () => {
      const { emulator, package: built, scratch, terraform: deployed } = cloud();
      const folder = join(scratch, 'examples');
      await mkdir(folder);
      const examples = await Promise.all(
        FOLDERS.slice(1).map(
          async (module) => /```hcl\n(?<code>.*?)```/s.exec(await read(module, 'README.md'))?.groups?.['code'],
        ),
      );
      const code = examples
        .join('\n')
        .replaceAll('./modules/', `${resolve('infra/modules')}/`)
        .replaceAll('../dist', built);
      await writeFile(join(folder, 'main.tf'), code);
      await copyFile('infra/.terraform.lock.hcl', join(folder, '.terraform.lock.hcl'));

      const terraform = await initTerraform(folder, {
        scratch,
        environment: emulator.environment,
        provider: deployed.provider,
      });
      const planned = await terraform.run('plan', '-json', '-input=false');
      expect(planned).toMatchObject({ status: 0 });
      expect(new Set(plannedChanges(planned).map(({ address }) => address.split('.')[1]))).toEqual(
        new Set([
          'staff',
          'people',
          'pages',
          'machine',
          'function',
          'http_api',
          'edge',
          'monitoring',
          'revocation_events',
          'table',
          'tenant_role',
        ]),
      );
    });
  });
}
