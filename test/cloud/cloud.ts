import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machines, Profile } from '../../app/platform/contract/profile.js';
import { startEmulator, type Emulator } from '../harness/emulated-aws.js';
import { readDeployed, type Deployed } from './deployed.js';
import { startInvokableAws, type InvokableAws } from './invokable.js';
import { packageFolder, readDocuments, type Documents } from './package.js';
import { runDeployed, type Running } from './running.js';
import { initTerraform, type Run, type Terraform } from './terraform.js';
import { varFile, type Tfvars } from './tfvars.js';

interface Output<T> {
  readonly sensitive: boolean;
  readonly value: T;
}

/** What `terraform output -json` gives. */
export interface Outputs {
  readonly alarm_topic_arn: Output<string>;
  readonly alarm_names: Output<readonly string[]>;
  readonly client_secrets: Output<Readonly<Record<string, string>>>;
  readonly function_name: Output<string>;
  readonly table_name: Output<string>;
  readonly machines: Output<Machines>;
  readonly profile: Output<Profile>;
}

/** infra/ applied to an emulated AWS, and what it deployed running behind an HTTP API on this machine. */
export interface Cloud {
  readonly emulator: Emulator;
  /** The same, as Terraform and the command call it: functions run when they are invoked by a version, calls are recorded. */
  readonly invokable: InvokableAws;
  readonly terraform: Terraform;
  readonly scratch: string;
  /** The options that were applied with. */
  readonly options: readonly string[];
  /** The folder of the package that was deployed. */
  readonly package: string;
  /** What the package declares. */
  readonly documents: Documents;
  readonly applied: Run;
  readonly outputs: Outputs;
  readonly deployed: Deployed;
  readonly running: Running;
  stop(): Promise<void>;
}

interface CloudOptions {
  /** The name of a tfvars file in infra/. */
  readonly tfvars: string;
  /** Values that come before that file's. */
  readonly overrides?: Tfvars;
  readonly testFiles?: readonly string[];
}

/** Starts the emulator, applies, and runs what was deployed. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { tfvars, overrides = {}, testFiles } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const scratch = await mkdtemp(join(tmpdir(), 'cloud-'));
    stops.push(() => rm(scratch, { recursive: true }));
    const emulator = await startEmulator();
    stops.push(() => emulator.stop());
    const invokable = await startInvokableAws(emulator);
    stops.push(() => invokable.stop());
    const { environment } = invokable;
    const terraform = await initTerraform('infra', { scratch, environment, ...(testFiles && { testFiles }) });
    stops.push(() => terraform.stop());

    const folder = await packageFolder(scratch, 'package');
    const applyOptions = [
      '-input=false',
      `-var-file=${tfvars}.tfvars`,
      `-var=package_dir=${folder}`,
      await varFile(scratch, 'overrides', overrides),
    ];
    const applied = await terraform.succeed('apply', '-auto-approve', ...applyOptions);
    const outputs = JSON.parse((await terraform.succeed('output', '-json')).stdout) as Outputs;
    const deployed = await readDeployed(emulator);
    const running = await runDeployed(deployed, folder, emulator);
    stops.push(() => running.stop());

    return {
      emulator,
      invokable,
      terraform,
      scratch,
      options: applyOptions,
      package: folder,
      documents: await readDocuments(folder),
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
