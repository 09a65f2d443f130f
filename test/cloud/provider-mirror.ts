import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROVIDER = 'registry.terraform.io/hashicorp/aws';

/**
 * Terraform's CLI configuration: the one that is set, or one that installs from a provider mirror on this machine.
 * Without either, Terraform asks the registry.
 */
export async function cliConfigFile(scratch: string): Promise<string | undefined> {
  const configured = process.env['TF_CLI_CONFIG_FILE'];
  if (configured && existsSync(configured)) return configured;

  const search = ['/opt', '/usr/local', '-xdev', '-type', 'd', '-path', `*/${PROVIDER}`, '-print', '-quit'];
  const { stdout } = await promisify(execFile)('find', search).catch(() => ({ stdout: '' }));
  const mirror = stdout.trim().slice(0, -PROVIDER.length - 1);
  if (!mirror) return undefined;
  const file = join(scratch, 'terraform.rc');
  await writeFile(
    file,
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return file;
}
