import { execFile } from 'node:child_process';
import { copyFile, cp, mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { startProvider, type Environment, type Provider } from './provider.js';
import { cliConfigFile } from './provider-mirror.js';

/** A command that has ended. */
export interface Run {
  readonly status: number;
  /** Standard output and standard error, one after the other. */
  readonly text: string;
  readonly stdout: string;
}

/** Terraform in a copy of a folder, with its data and its state in a scratch folder. */
export interface Terraform {
  /** The copy. */
  readonly folder: string;
  /** The AWS provider that its commands share, if the folder needs it. */
  readonly provider: Provider | undefined;
  /** What it runs with, for commands that start it. */
  readonly environment: Environment;
  /** Runs a command, whatever its exit status. */
  run(...command: string[]): Promise<Run>;
  /** Runs a command that must succeed. */
  succeed(...command: string[]): Promise<Run>;
  /** Stops the provider. */
  stop(): Promise<void>;
}

interface TerraformOptions {
  readonly scratch: string;
  readonly environment: Environment;
  /** `*.tftest.hcl` files that run with those of the folder. */
  readonly testFiles?: readonly string[];
  /** One that is running with the same environment; by default the folder's own is started. */
  readonly provider?: Provider | undefined;
}

/** What a plan would do to one resource. */
export interface PlannedChange {
  readonly address: string;
  readonly action: 'create' | 'update' | 'delete' | 'replace';
}

/** What is left in a folder that is deployed from: Terraform's data, state, locks, plans and crash logs, and carried keys. */
const LEFT_BY_TERRAFORM = /^\.terraform$|\.auto\.tfvars\.json$|\.tfstate(?:\.|$)|\.tfplan$|^crash\..*log$/;

/** `terraform init` in a copy of the folder, with local state; it may not change the lock file. */
export async function initTerraform(
  folder: string,
  { scratch, environment, testFiles = [], provider: running }: TerraformOptions,
): Promise<Terraform> {
  const data = await mkdtemp(join(scratch, 'data-'));
  const copy = await mkdtemp(join(scratch, 'copy-'));
  await cp(folder, copy, { recursive: true, filter: (source) => !LEFT_BY_TERRAFORM.test(basename(source)) });
  for (const file of testFiles) await copyFile(file, join(copy, 'tests', basename(file)));
  // Whatever backend the folder has: tests keep away from shared state.
  await writeFile(join(copy, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');

  const cliConfig = await cliConfigFile(scratch);
  const own = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_CONFIG_FILE: join(data, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(data, 'no-credentials'),
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_ARGS: '-no-color',
    TF_DATA_DIR: data,
    // Collecting garbage less often saves a fifth of the processor's time.
    GOGC: '400',
    ...(cliConfig && { TF_CLI_CONFIG_FILE: cliConfig }),
    ...environment,
    ...running?.environment,
  };
  const init = ['init', '-input=false', '-lockfile=readonly', `-backend-config=path=${join(data, 'state')}`];
  await terraformIn(copy, own).succeed(...init);
  const started = running ? undefined : await startProvider(data, own);
  return {
    folder: copy,
    provider: running ?? started,
    ...terraformIn(copy, { ...own, ...started?.environment }),
    stop: async () => started?.stop(),
  };
}

function terraformIn(folder: string, env: Environment): Pick<Terraform, 'environment' | 'run' | 'succeed'> {
  const run = (...command: string[]) =>
    new Promise<Run>((resolve, reject) => {
      execFile('terraform', command, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ status: Number(error?.code ?? 0), stdout, text: stdout + stderr });
      });
    });

  return {
    environment: env,
    run,
    async succeed(...command) {
      const done = await run(...command);
      if (done.status !== 0) throw new Error(`terraform ${command.join(' ')} ended with ${done.status}:\n${done.text}`);
      return done;
    },
  };
}

/** What `terraform plan -json` says it would do; nothing of what it only reads. */
export function plannedChanges({ stdout }: Run): PlannedChange[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; change?: { action: string; resource: { addr: string } } })
    .flatMap(({ type, change }) =>
      type === 'planned_change' && change
        ? [{ address: change.resource.addr, action: change.action as PlannedChange['action'] }]
        : [],
    );
}
