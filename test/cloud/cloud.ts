import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeployed, type Deployed } from './deployed.js';
import { startEmulator, type Emulator } from '../harness/emulated-aws.js';
import type { ProfilePool } from './people.js';
import { runDeployed, type Running } from './running.js';
import { kitchen, packageFolder, varFile } from './settings.js';
import { initTerraform, type Run, type Terraform } from './terraform.js';

interface Output<T> {
  readonly sensitive: boolean;
  readonly value: T;
}

/** What `terraform output` gives. */
export interface Outputs {
  readonly client_secrets: Output<Readonly<Record<string, string>>>;
  readonly machine_clients: Output<{ readonly staff: { readonly client_id: string } }>;
  readonly profile: Output<{
    readonly apiUrl: string;
    readonly pools: { readonly customers: ProfilePool; readonly staff: ProfilePool };
  }>;
}

/** infra/ applied, unchanged, to an emulated AWS, and what it deployed running behind an HTTP API of its own. */
export interface Cloud {
  readonly emulator: Emulator;
  readonly terraform: Terraform;
  readonly scratch: string;
  /** The options that were applied with. */
  readonly options: readonly string[];
  /** The folder of the package that was deployed. */
  readonly package: string;
  readonly applied: Run;
  readonly outputs: Outputs;
  readonly deployed: Deployed;
  readonly running: Running;
  stop(): Promise<void>;
}

/** Starts the emulator, calls `initialised` when Terraform is ready, applies, and runs what was deployed. */
export async function startCloud(initialised: (terraform: Terraform) => void): Promise<Cloud> {
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const scratch = await mkdtemp(join(tmpdir(), 'pizza-cloud-'));
    stops.push(() => rm(scratch, { recursive: true }));
    const emulator = await startEmulator();
    stops.push(() => emulator.stop());
    const terraform = await initTerraform('infra', scratch, emulator.environment);
    initialised(terraform);

    const folder = await packageFolder(scratch, 'package');
    const options = ['-input=false', `-var=package_dir=${folder}`, await varFile(scratch, 'kitchen', kitchen)];
    const applied = await terraform.succeed('apply', '-auto-approve', ...options);
    const outputs = JSON.parse((await terraform.succeed('output', '-json')).stdout) as Outputs;
    const deployed = await readDeployed(emulator);
    const running = await runDeployed(deployed, join(folder, 'lambda.zip'), emulator);
    stops.push(() => running.stop());

    return {
      emulator,
      terraform,
      scratch,
      options,
      package: folder,
      applied,
      outputs,
      deployed,
      running,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
