import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cloud } from '../cloud/cloud.js';
import { PREVIEW_BOUNDARY } from '../cloud/everything.js';
import { resourceNames } from '../cloud/removal.suite.js';
import { initTerraform, type Run, type Terraform } from '../cloud/terraform.js';

/** Whose calls are those of the role of previews. */
export const PREVIEW_KEY_ID = 'preview';
/** The emulated AWS has no TLS, which alone the bootstrap's own bucket takes. */
export const PREVIEW_STATES = 'states-of-previews';

/** Runs make where the build and `init` are done already. */
const MAKE = `#!/usr/bin/env bash
exec /usr/bin/make --no-print-directory -o build -o infra/.terraform "$@"
`;

/** `.ci/preview`, as the workflow of pull requests runs it. */
export function previews(cloud: () => Cloud) {
  describe('the previews of two pull requests', () => {
    let terraform: Terraform;
    let preview: (...command: string[]) => Promise<Run>;

    async function succeed(...command: string[]) {
      const done = await preview(...command);
      if (done.status !== 0)
        throw new Error(`.ci/preview ${command.join(' ')} ended with ${done.status}:\n${done.text.slice(-2000)}`);
      return done;
    }

    const names = () => resourceNames(cloud().emulator);
    const ownName = (number: number) => `${cloud().documents.deployment.name}-pr-${number}`;
    const NONE = { pools: [], apis: [], functions: [], tables: [], roles: [], logs: [] };

    /** The names that hold a preview's own, without it. */
    async function namesOf(number: number) {
      const own = ownName(number);
      return Object.fromEntries(
        Object.entries(await names()).map(([kind, all]) => [
          kind,
          all.filter((name) => name.includes(own)).map((name) => name.replace(own, 'NAME')),
        ]),
      );
    }

    beforeAll(async () => {
      const { scratch, invokable, package: built } = cloud();
      const environment = { ...invokable.environment, AWS_ACCESS_KEY_ID: PREVIEW_KEY_ID };
      terraform = await initTerraform('infra', { scratch, environment });
      expect((await fetch(`${invokable.url}/${PREVIEW_STATES}`, { method: 'PUT' })).status).toBe(200);

      const directory = join(scratch, 'previews');
      await mkdir(join(directory, 'bin'), { recursive: true });
      const linked = { '.ci': '.ci', Makefile: 'Makefile', dist: 'dist', infra: terraform.folder };
      for (const [link, target] of Object.entries(linked)) await symlink(resolve(target), join(directory, link));
      await writeFile(join(directory, 'bin/make'), MAKE, { mode: 0o755 });
      const env = {
        ...terraform.environment,
        PATH: `${join(directory, 'bin')}:${process.env['PATH']}`,
        STATE_BUCKET: PREVIEW_STATES,
        TF_CLI_ARGS_init: '-backend-config=use_path_style=true',
        TF_VAR_package_dir: built,
        TF_VAR_permissions_boundary: PREVIEW_BOUNDARY,
      };
      preview = (...command) =>
        new Promise((done) => {
          execFile('.ci/preview', command, { cwd: directory, env }, (error, stdout, stderr) => {
            done({ status: Number(error?.code ?? 0), stdout, text: stdout + stderr });
          });
        });
    }, 60_000);

    afterAll(() => terraform.stop());

    test('are deployed side by side, each with names of its own, and say where they are', async () => {
      expect(await names()).toEqual(NONE);
      for (const number of ['7', '8']) {
        const done = await succeed('deploy', number);
        expect(done.stdout).toMatch(/^https:\/\/\w+\.execute-api\.eu-west-1\.amazonaws\.com\/?$/);
        expect(done.text).toContain(' is live.');
      }
      const [first, second] = [await namesOf(7), await namesOf(8)];
      expect(first['apis']).toEqual(['NAME']);
      expect(second).toEqual(first);
      const all = Object.values(await names()).flat();
      expect(all.filter((name) => !name.includes(ownName(7)) && !name.includes(ownName(8)))).toEqual([]);
      expect((await succeed('list')).stdout.trim().split('\n')).toEqual(['7', '8']);
    }, 180_000);

    test('end one by one: the other stays as it was, and nothing of the first, its state neither', async () => {
      const other = await namesOf(8);
      await succeed('destroy', '7');
      expect(await namesOf(7)).toEqual(NONE);
      expect(await namesOf(8)).toEqual(other);
      expect((await succeed('list')).stdout).toBe('8\n');
      const redeployed = await succeed('deploy', '8');
      expect(redeployed.text).toMatch(/Apply complete! Resources: 0 added, \d+ changed, 0 destroyed\./);
    }, 180_000);

    test('that are gone already can be removed again, and nothing is left', async () => {
      for (const number of ['8', '7']) await succeed('destroy', number);
      expect(await names()).toEqual(NONE);
      expect((await succeed('list')).stdout).toBe('');
    }, 180_000);

    test('have a number', async () => {
      for (const command of ['deploy', 'destroy']) {
        expect(await preview(command, '../prod')).toMatchObject({
          status: 2,
          text: 'Name a pull request by its number, not "../prod".\n',
        });
      }
    });
  });
}
