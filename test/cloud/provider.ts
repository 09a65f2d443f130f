import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The AWS provider in a process of its own, for commands that would each start it several times over. */
export interface Provider {
  /** What makes Terraform use this process. */
  readonly environment: { readonly TF_REATTACH_PROVIDERS: string };
  stop(): Promise<void>;
}

/**
 * Starts the provider that Terraform installed, with AWS's address and credentials in its environment
 * (developer.hashicorp.com/terraform/plugin/debugging). A command configures it as its own; starting it again, and
 * building its 1,500 schemas, is most of what a command costs. Undefined where Terraform installed none.
 */
export async function startProvider(data: string, env: Environment): Promise<Provider | undefined> {
  const installed = await installedProvider(data);
  if (installed === undefined) return undefined;
  const child = spawn(installed, ['-debug'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const kill = () => child.kill();
  process.once('exit', kill);
  const exited = once(child, 'exit');

  const attach = await new Promise<string>((resolve, reject) => {
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk;
      const json = /TF_REATTACH_PROVIDERS='(?<json>.*)'/.exec(written)?.groups?.['json'];
      if (json) resolve(json);
    });
    child.once('error', reject).once('exit', () => reject(new Error(`The AWS provider exited:\n${written}`)));
  });

  return {
    environment: { TF_REATTACH_PROVIDERS: attach },
    async stop() {
      process.off('exit', kill);
      child.kill();
      await exited;
    },
  };
}

/** `providers/HOST/NAMESPACE/TYPE/VERSION/PLATFORM/` holds one binary; the last folder may be a link into a mirror. */
async function installedProvider(data: string): Promise<string | undefined> {
  let folder = join(data, 'providers/registry.terraform.io/hashicorp/aws');
  if (!existsSync(folder)) return undefined;
  for (let depth = 0; depth < 2; depth += 1) folder = join(folder, (await readdir(folder))[0] ?? '');
  const binary = (await readdir(folder)).find((name) => name.startsWith('terraform-provider-aws'));
  if (!binary) throw new Error('Terraform installed no AWS provider');
  return join(folder, binary);
}
