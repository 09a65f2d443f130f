import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The AWS provider in a process of its own, for commands that would each start it several times over. */
export interface Provider {
  /** What makes Terraform use this process. */
  readonly environment: { readonly TF_REATTACH_PROVIDERS: string };
  stop(): Promise<void>;
}

/**
 * Starts the provider that Terraform installed (developer.hashicorp.com/terraform/plugin/debugging). `terraform test` on
 * mocks asks it for nothing but its schema, once a run, and starting it for that is most of what a run costs.
 */
export async function startProvider(data: string): Promise<Provider> {
  const child = spawn(await installedProvider(data), ['-debug'], { stdio: ['ignore', 'pipe', 'ignore'] });
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
async function installedProvider(data: string): Promise<string> {
  let folder = join(data, 'providers/registry.terraform.io/hashicorp/aws');
  for (let depth = 0; depth < 2; depth += 1) folder = join(folder, (await readdir(folder))[0] ?? '');
  const binary = (await readdir(folder)).find((name) => name.startsWith('terraform-provider-aws'));
  if (!binary) throw new Error('Terraform installed no AWS provider');
  return join(folder, binary);
}
